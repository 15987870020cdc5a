// Checks existing databases before migrations are applied to them: databases of PowerDNS's own backend, which are
// adopted, and older mxbalance stores. An obstacle to a migration is found first and reported with what to do.
// Nothing is written.
#pragma once

#include <set>
#include <string>

#include <SQLiteCpp/Database.h>

#include "db/schema/embedded_migrations.h"

namespace mxbalance::db {

/// The columns of every table, as "table.column".
std::set<std::string> columns_in(SQLite::Database& database);

/// The names of all tables, views, indexes and triggers.
std::set<std::string> objects_in(SQLite::Database& database);

/// Throws Refusal for rows with equal values, and for indexes that are not unique, where one row is allowed.
/// PowerDNS's tables may have lost their indexes, or come from a dump without them.
void require_unique(SQLite::Database& database, const std::string& path);

/// Throws Refusal where the migrations cannot be applied to PowerDNS's tables. The migrations are tried in memory,
/// which shows the columns that they need and the names that they use.
void require_adoptable(SQLite::Database& database, const std::string& path);

/// Throws Refusal for a schema to which the `missing` migrations cannot be applied, for example because a trigger
/// is broken. They are tried in memory, on the schema without its rows.
void require_migrations_fit(SQLite::Database& database, const std::string& path, EmbeddedMigrations missing);

}  // namespace mxbalance::db
