// The migrations of the store's schema: which ones a database has, and applying the missing ones. `migrate` may
// run in several processes at once. The functions keep no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/schema/embedded_migrations.h"
#include "db/schema/schema.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// PRAGMA application_id of every mxbalance store: "mxb0".
inline constexpr std::int64_t application_id = 0x6d786230;

struct MigrationReport {
  bool created = false;                    ///< the file did not exist or was empty
  bool adopted = false;                    ///< the file was made by PowerDNS's own SQLite backend
  bool taken_over = false;                 ///< a store from before the first release: its triggers were made anew
  std::string backup;                      ///< path of the copy made before any change; empty: none was needed
  std::vector<SchemaDifference> repaired;  ///< schema faults that were repaired
  std::vector<SchemaDifference> differences;  ///< differences from the migrations that are left
  std::vector<std::string> applied;           ///< names of the migrations applied now, in order
};

/// Creates the database at `path`, or brings it to the schema of this binary. Each migration is one transaction: a
/// process that is killed leaves only whole migrations, and the next call continues. Waits up to 60 s for another
/// process that migrates. A database of PowerDNS's SQLite backend (schema of 4.7 or later) becomes an mxbalance
/// store in place, with its data unchanged. If the database has content, it is first copied to a file beside it
/// that is named after the next migration, such as mail.db.before-0002. A store from before the first release is
/// taken over: no row of it is touched. With `repair`, missing or changed parts of the schema are first restored,
/// as far as no row must be changed. `migrations` are all that this binary has; tests have more. Throws Refusal
/// for a database that is newer than this binary, of another application, with a changed migration, with
/// PowerDNS's schema from before 4.7, or from before the first release and not to be taken over. Throws
/// StoreFailure where the file cannot be written, the copy has no room, or the file is on a network file system.
MigrationReport migrate(const std::string& path, bool repair = false,
                        EmbeddedMigrations migrations = embedded_migrations());

/// The sentence with which migrate() would refuse `database`. Absent when it would not refuse. Only reads.
std::optional<std::string> obstacle_to_migration(SQLite::Database& database, const std::string& path);

/// Throws StoreFailure, with what to do, unless `database` has exactly `migrations`.
void require_current_schema(SQLite::Database& database, const std::string& path,
                            EmbeddedMigrations migrations = embedded_migrations());

}  // namespace mxbalance::db
