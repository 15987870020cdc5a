// Whether this process may write to a store, as the file system has it. Opens nothing: closing a file drops the
// locks that SQLite has on it. No state; safe from any thread.
#pragma once

#include <optional>
#include <string>

namespace mxbalance::db {

/// Whether the file may be written by this process.
bool may_write(const std::string& path);

/// What keeps this process from writing to the store at `path`, its log or its index, with what to do; absent:
/// nothing that the file system says.
std::optional<std::string> obstacle_to_writing(const std::string& path);

}  // namespace mxbalance::db
