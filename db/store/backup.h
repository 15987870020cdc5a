// Copies a store while services read it and scripts write to it. Keeps no state: each call opens what it needs.
#pragma once

#include <string>

namespace mxbalance::db {

/// Writes everything that the store at `path` holds, as of one commit, to the new file `copy`. Writes to standard
/// output when `copy` is "-", and into an existing pipe or device at `copy`. Throws StoreFailure when the store
/// cannot be read or the copy cannot be written. Throws Refusal when a file exists at `copy` already, or when
/// `copy` is a terminal. No file is left when the copy fails.
void back_up(const std::string& path, const std::string& copy);

}  // namespace mxbalance::db
