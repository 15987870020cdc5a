// A store's tables, views, indexes and triggers against what the migrations make: rules hold only while they are
// there, and SQLite's own recipe for changing a table drops its triggers without a word. No state.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
}  // namespace SQLite

namespace mxbalance::db {

struct SchemaDifference {
  enum class Kind {
    missing,
    changed,
    added  ///< not of mxbalance, which is no fault
  };
  Kind kind = Kind::missing;
  std::string object;          ///< such as "trigger zones_deleted of the table domains"
  std::string detail{};        ///< of what is changed: how
  bool is_repairable = false;  ///< without touching a row
};

/// "the trigger zones_deleted of the table domains is missing".
std::string in_words(const SchemaDifference& difference);

/// What to do about it.
std::string remedy_of(const SchemaDifference& difference, const std::string& path);

/// Those that break rules, or would: all but `added`.
std::vector<SchemaDifference> faults_in(const std::vector<SchemaDifference>& differences);

/// Compares `database`, which has the first `migrations` migrations, with what they make. Of the tables of
/// PowerDNS's own schema, which other programs may have made, the columns are compared.
std::vector<SchemaDifference> schema_differences(SQLite::Database& database, std::size_t migrations);

/// With all migrations of this binary.
std::vector<SchemaDifference> schema_differences(SQLite::Database& database);

/// Makes views, indexes and triggers that are missing or changed anew, in one transaction. Returns what was put
/// back. Throws Refusal where one cannot be made; nothing is changed then.
std::vector<SchemaDifference> repair_schema(SQLite::Database& database, std::size_t migrations);

}  // namespace mxbalance::db
