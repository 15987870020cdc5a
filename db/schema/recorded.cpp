#include "db/schema/recorded.h"

#include <string_view>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/base/advice.h"

namespace mxbalance::db {

namespace {

// The migrations from before the first release: the first one, and the last one with the checksum of its text.
constexpr std::string_view former_first = "0001_powerdns";
constexpr std::string_view former_last = "0009_members";
constexpr std::string_view former_last_checksum =
    "c5d8faef1edb558280bb7e513d30056c049e2e4223a9352388c61d799ab0fd0b";

std::vector<RecordedMigration> rows_of(SQLite::Database& database) {
  std::vector<RecordedMigration> rows;
  if (!database.tableExists("schema_migrations")) return rows;
  SQLite::Statement query(database, "SELECT number, name, checksum FROM schema_migrations ORDER BY number");
  while (query.executeStep()) {
    rows.push_back(
        {query.getColumn(0).getInt64(), query.getColumn(1).getString(), query.getColumn(2).getString()});
  }
  return rows;
}

bool is_former(const std::vector<RecordedMigration>& rows) {
  return !rows.empty() && rows.back().name == former_last && rows.back().checksum == former_last_checksum;
}

std::string former_remedy(const std::string& path) {
  return fmt::format(
      "export it with the mxbalance that made it ({}), and import that into a new database with this one ({})",
      advice::export_with_keys(path), advice::import_into_new());
}

}  // namespace

std::vector<RecordedMigration> recorded_migrations(SQLite::Database& database) {
  auto rows = rows_of(database);
  if (is_former(rows)) rows.clear();
  return rows;
}

bool is_of_former_schema(SQLite::Database& database) {
  return is_former(rows_of(database));
}

std::optional<std::string> contradiction(const std::vector<RecordedMigration>& recorded,
                                         EmbeddedMigrations migrations, const std::string& path) {
  if (!recorded.empty() && recorded.front().name == former_first) {
    return fmt::format("the database {} has the schema of an mxbalance from before the first release ({}): {}",
                       path, recorded.back().name, former_remedy(path));
  }
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const auto& theirs = recorded[i];
    if (i == migrations.size()) {
      return fmt::format(
          "the database {} was made by a newer mxbalance: it has the migration {}, and the last that this "
          "mxbalance knows is {}; use the newer mxbalance",
          path, theirs.name, migrations.back().name);
    }
    const auto& ours = migrations[i];
    if (theirs.number != ours.number || theirs.name != ours.name) {
      return fmt::format(
          "the database {} has the migration {} where this mxbalance has {}: another build made it; use that one, "
          "or restore a backup",
          path, theirs.name, ours.name);
    }
    if (theirs.checksum != ours.checksum) {
      return fmt::format(
          "the migration {} was applied to the database {} with another text than this mxbalance has (SHA-256 {}, "
          "here {}): another build made it; use that one, or restore a backup",
          ours.name, path, theirs.checksum, ours.checksum);
    }
  }
  return std::nullopt;
}

}  // namespace mxbalance::db
