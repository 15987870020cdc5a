// Whether this process may write to a store, by the permissions of the file system. Opens no file, because closing
// a file drops the locks that SQLite has on it. Keeps no state; safe from any thread.
#pragma once

#include <optional>
#include <string>

namespace mxbalance::db {

/// Whether this process may write to the file.
bool may_write(const std::string& path);

/// What prevents this process from writing to the store at `path`, its log or its index, and what to do. Absent
/// when the file system reports no obstacle.
std::optional<std::string> obstacle_to_writing(const std::string& path);

}  // namespace mxbalance::db
