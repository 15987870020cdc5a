// The store's schema: which migrations a database has, and applying those it lacks. `migrate` may run in several
// processes at once; the functions hold no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/schema/schema.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// PRAGMA application_id of every mxbalance store: "mxb0".
inline constexpr std::int64_t application_id = 0x6d786230;

struct MigrationReport {
  bool created = false;  ///< the file did not exist, or was empty
  bool adopted = false;  ///< PowerDNS's own SQLite backend made it
  std::string backup;    ///< the copy that was made before anything was changed; empty: none was needed
  std::vector<SchemaDifference> repaired;     ///< what was put back
  std::vector<SchemaDifference> differences;  ///< what is left that migrations do not make so
  std::vector<std::string> applied;  ///< names of the migrations applied now, in order; empty: it was up to date
};

/// Creates the database at `path`, or brings it up to the schema of this binary, one transaction a migration:
/// killed at any moment, it leaves whole migrations, and the next call goes on. Another process that migrates at
/// the same time is waited for (60 s). A database that PowerDNS's SQLite backend made (schema of 4.7 or later) is
/// turned into an mxbalance one in place, its data untouched. What held anything before is copied first, to a file
/// beside it that is named after the migration that comes next, such as mail.db.before-0005. Throws Refusal for a
/// database newer than this binary, of another application, with a changed migration, or with PowerDNS's schema of
/// before 4.7; StoreFailure where the file cannot be written, has no room for the copy, or lies on a network file
/// system. With `repair`, what is missing of the schema, or changed, is first put back as far as no row is
/// touched.
MigrationReport migrate(const std::string& path, bool repair = false);

/// Why migrate() would refuse `database`, as the same sentence; absent: it would not. Reads only.
std::optional<std::string> obstacle_to_migration(SQLite::Database& database, const std::string& path);

/// Throws StoreFailure, naming what to do, unless `database` has exactly the migrations of this binary.
void require_current_schema(SQLite::Database& database, const std::string& path);

}  // namespace mxbalance::db
