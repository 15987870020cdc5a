#include "db/schema/takeover.h"

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/schema/recorded.h"
#include "db/schema/schema.h"

namespace mxbalance::db {

namespace {

/// Views, indexes and triggers can be made anew, but tables cannot.
void require_tables(SQLite::Database& database, EmbeddedMigrations first, const std::string& path) {
  for (const auto& fault : faults_in(schema_differences(database, first))) {
    if (fault.is_repairable) continue;
    throw Refusal(fmt::format(
        "in the database {}, which is from before the first release, {}: put back what a table had, or "
        "restore a copy that has it, and run this again. Nothing was changed",
        path, in_words(fault)));
  }
}

}  // namespace

void run_migration(SQLite::Database& database, const EmbeddedMigration& migration, bool takes_over,
                   const std::string& path) {
  if (!takes_over) {
    database.exec(std::string(migration.sql));
    return;
  }
  const EmbeddedMigrations first(&migration, 1);
  require_tables(database, first, path);
  renew_views_and_triggers(database, first);
  database.exec("DELETE FROM schema_migrations");
}

}  // namespace mxbalance::db
