// The files of migrations/, embedded in the binary.
#pragma once

#include <span>
#include <string_view>

namespace mxbalance::db {

struct EmbeddedMigration {
  std::string_view name;  ///< the file's name without .sql, such as 0002_mail_tables
  std::string_view sql;
};

/// The table that records which migrations were applied.
inline constexpr std::string_view schema_migrations_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)";

/// All migrations, in the order in which they are applied.
std::span<const EmbeddedMigration> embedded_migrations();

}  // namespace mxbalance::db
