// Runs migrations in a database, also in a store from before the first release, whose schema other migrations
// made. Keeps no state.
#pragma once

#include <string>

#include "db/schema/embedded_migrations.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// Runs `migration` in `database`, for use within a transaction. With `takes_over`, the database
/// is_of_former_schema() and the migration is the first one: its views and triggers are made anew, and the record
/// of the former migrations goes; no other row is touched. Throws Refusal where a table of such a store is not as
/// mxbalance makes it, and SQLite::Exception. `path` is the name of the database in errors.
void run_migration(SQLite::Database& database, const EmbeddedMigration& migration, bool takes_over,
                   const std::string& path);

}  // namespace mxbalance::db
