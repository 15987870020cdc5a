// The fields of record contents, read as PowerDNS reads them. Stateless; safe from any thread.
#pragma once

#include "db/contents/content_reader.h"
#include "db/contents/record_types.h"

namespace mxbalance::db {

/// Reads one field, or those that a kind like `strings` stands for. Throws InvalidContent with a sentence where no
/// version of PowerDNS can; where some can, the reader knows which.
void read_field(ContentReader& reader, const Field& field);

}  // namespace mxbalance::db
