// Reads the content of LOC records (RFC 1876 §3) as PowerDNS does. Stateless; safe from any thread.
#pragma once

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// Reads the whole content. Releases before 5.0 need two coordinates, and ignore text after them that they do not
/// understand.
void read_location(ContentReader& reader);

}  // namespace mxbalance::db
