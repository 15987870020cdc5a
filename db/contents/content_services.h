// Reads the parameters of SVCB and HTTPS records (RFC 9460 §2.1) as PowerDNS does. Stateless; safe from any
// thread.
#pragma once

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// Reads parameters to the end. If the priority, which is the first number read, is 0, there must be none.
void read_service_parameters(ContentReader& reader);

}  // namespace mxbalance::db
