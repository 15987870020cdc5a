// The parameters of SVCB and HTTPS records (RFC 9460 §2.1), read as PowerDNS reads them. Stateless; safe from any
// thread.
#pragma once

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// Reads parameters to the end; with the priority 0, the first number that was read, there are none.
void read_service_parameters(ContentReader& reader);

}  // namespace mxbalance::db
