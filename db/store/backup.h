// Copies of a store that services read and scripts write to. No state: each call opens what it needs.
#pragma once

#include <string>

namespace mxbalance::db {

/// Writes all that the store at `path` holds, as of one commit, to the new file `copy` (back_up() in
/// schema/copies.h); or into what is no file there, and to standard output for "-" (output_file.h). Throws
/// StoreFailure when the store cannot be read or the copy not be written, Refusal when there is a file at `copy`
/// already, or a terminal. A copy that fails leaves nothing.
void back_up(const std::string& path, const std::string& copy);

}  // namespace mxbalance::db
