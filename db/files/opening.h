// Opens database files without trusting their content, whoever made them.
#pragma once

#include <chrono>
#include <string>

#include <SQLiteCpp/Database.h>

namespace mxbalance::db {

/// Opens `path` with SQLite's `flags`, for use by one thread at a time. Waits up to `wait_for_locks` for locks of
/// others. Views, triggers and rules of the schema may call only functions without side effects, and no statement
/// may damage the file (https://sqlite.org/security.html). Throws SQLite::Exception.
SQLite::Database open_database(const std::string& path, int flags,
                               std::chrono::milliseconds wait_for_locks = std::chrono::milliseconds::zero());

/// The sentence for a database that other programs have locked for as long as this one waits.
std::string locked_by_others(const std::string& path, std::chrono::seconds waited);

/// Throws Refusal for names that SQLite does not take as a path, such as the name of a database in memory.
void require_path(const std::string& path);

/// Opens an empty database in memory.
SQLite::Database open_in_memory();

}  // namespace mxbalance::db
