// How each database file is opened: trusting nothing in it, whoever made it.
#pragma once

#include <chrono>
#include <string>

#include <SQLiteCpp/Database.h>

namespace mxbalance::db {

/// Opens `path` with SQLite's `flags`, for one thread at a time; a lock of others is waited for so long. Views,
/// triggers and rules of its schema may call only functions without effects, and no statement may damage the file
/// (https://sqlite.org/security.html). Throws SQLite::Exception.
SQLite::Database open_database(const std::string& path, int flags,
                               std::chrono::milliseconds wait_for_locks = std::chrono::milliseconds::zero());

/// Refuses names that SQLite takes for no path, such as that of a database in memory.
void require_path(const std::string& path);

/// An empty one in memory.
SQLite::Database open_in_memory();

}  // namespace mxbalance::db
