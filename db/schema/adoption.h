// Databases that exist already, before migrations are applied to them: PowerDNS's own, which are adopted, and
// older ones. What would keep a migration from being applied is found first, and told with what to do; nothing is
// written.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include <SQLiteCpp/Database.h>

namespace mxbalance::db {

/// Every table's columns as "table.column".
std::set<std::string> columns_in(SQLite::Database& database);

/// Every table, view, index and trigger.
std::set<std::string> objects_in(SQLite::Database& database);

/// Refuses PowerDNS's tables where the migrations could not go on top of them. The migrations themselves, tried in
/// memory, say which columns they need and which names they take.
void require_adoptable(SQLite::Database& database, const std::string& path);

/// Refuses a schema to which the migrations from the one with the index `first` on cannot be applied, such as one
/// with a trigger that is broken. They are tried in memory, on the schema without its rows.
void require_migrations_fit(SQLite::Database& database, const std::string& path, std::size_t first);

}  // namespace mxbalance::db
