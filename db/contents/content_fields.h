// Reads the fields of record contents as PowerDNS does. Stateless; safe from any thread.
#pragma once

#include "db/contents/content_reader.h"
#include "db/contents/record_types.h"

namespace mxbalance::db {

/// Reads one field, or all fields of a kind such as `strings`. Throws InvalidContent with a sentence where no
/// PowerDNS release can read it. Where only some releases can, the reader notes them.
void read_field(ContentReader& reader, const Field& field);

}  // namespace mxbalance::db
