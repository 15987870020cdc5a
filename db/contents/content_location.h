// The content of LOC records (RFC 1876 §3), read as PowerDNS reads it. Stateless; safe from any thread.
#pragma once

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// Reads the whole content. Releases before 5.0 need two coordinates, and ignore whatever they do not understand
/// after them.
void read_location(ContentReader& reader);

}  // namespace mxbalance::db
