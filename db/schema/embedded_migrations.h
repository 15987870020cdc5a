// The migrations of migrations/, embedded in the binary. Constant; safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mxbalance::db {

struct EmbeddedMigration {
  std::int64_t number;        ///< from 1, without a gap
  std::string_view name;      ///< of its file or folder, such as 0001_schema
  std::string_view checksum;  ///< SHA-256 of `sql`, in hexadecimal
  std::string_view sql;
};
using EmbeddedMigrations = std::span<const EmbeddedMigration>;

/// The table that records which migrations were applied.
inline constexpr std::string_view schema_migrations_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)";

/// All migrations, in the order in which they are applied.
EmbeddedMigrations embedded_migrations();

/// The part of the first migration that makes the tables of PowerDNS's own SQLite backend.
std::string_view powerdns_tables();

}  // namespace mxbalance::db
