// Compares a store's tables, views, indexes and triggers with those that the migrations make. Rules hold only
// while these exist, and the usual SQLite way to change a table drops its triggers silently. Keeps no state.
#pragma once

#include <string>
#include <vector>

#include "db/schema/embedded_migrations.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
}  // namespace SQLite

namespace mxbalance::db {

struct SchemaDifference {
  enum class Kind {
    missing,
    changed,
    added  ///< not made by mxbalance, which is allowed
  };
  Kind kind = Kind::missing;
  std::string object;          ///< such as "trigger zones_deleted of the table domains"
  std::string detail{};        ///< for a changed object: what differs
  bool is_repairable = false;  ///< repair_schema() can repair it without changing a row
};

/// Text such as "the trigger zones_deleted of the table domains is missing".
std::string in_words(const SchemaDifference& difference);

/// The sentence that tells a person how to remove the difference.
std::string remedy_of(const SchemaDifference& difference, const std::string& path);

/// The differences that break rules or could break them: all except `added`.
std::vector<SchemaDifference> faults_in(const std::vector<SchemaDifference>& differences);

/// Compares `database`, to which `migrations` were applied, with a database that these migrations make. For tables
/// of PowerDNS's own schema only the columns are compared, because other programs may have made these tables.
std::vector<SchemaDifference> schema_differences(SQLite::Database& database,
                                                 EmbeddedMigrations migrations = embedded_migrations());

/// Creates missing or changed views, indexes and triggers again, in one transaction, so that all of them stand in
/// the order of a new database. Returns what was repaired. Throws Refusal where one cannot be created; nothing is
/// changed then.
std::vector<SchemaDifference> repair_schema(SQLite::Database& database, EmbeddedMigrations migrations);

/// Makes every view and trigger of `migrations` anew, in their order, and the indexes that are missing. Those that
/// others have made stay. For use within a transaction.
void renew_views_and_triggers(SQLite::Database& database, EmbeddedMigrations migrations);

}  // namespace mxbalance::db
