// Which migrations a database has, by its table schema_migrations. Only reads, keeps no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/schema/embedded_migrations.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// A row of the table schema_migrations.
struct RecordedMigration {
  std::int64_t number = 0;
  std::string name;
  std::string checksum;
};

/// The migrations that were applied to `database`, in order. Of a store from before the first release
/// (is_of_former_schema()) there are none.
std::vector<RecordedMigration> recorded_migrations(SQLite::Database& database);

/// Whether `database` is a store from before the first release that this binary can take over: one with all
/// migrations of that time. They made the tables and indexes that the first migration makes.
bool is_of_former_schema(SQLite::Database& database);

/// Why `recorded` are not the first ones of `migrations`, as a sentence. Absent when they are.
std::optional<std::string> contradiction(const std::vector<RecordedMigration>& recorded,
                                         EmbeddedMigrations migrations, const std::string& path);

}  // namespace mxbalance::db
