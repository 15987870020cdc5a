#include "db/configuration/writer.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "db/base/errors.h"
#include "db/columns/column_rows.h"
#include "db/configuration/rows.h"
#include "db/contents/record_content.h"
#include "db/dns/names.h"
#include "db/dns/private_key.h"
#include "db/lookup/metadata.h"

namespace mxbalance::db {

namespace {

using Row = ConfigurationRow;
using Table = ConfigurationTable;

std::string placeholders(std::size_t count) {
  std::string list = "?";
  for (std::size_t i = 1; i < count; ++i)
    list += ", ?";
  return list;
}

std::string which(const Table& table, const Row& row, std::vector<ColumnValue>& bound) {
  if (!table.row_id.empty()) {
    bound.emplace_back(row.id);
    return " WHERE " + std::string(table.row_id) + " = ?";
  }
  std::string condition = " WHERE 1";
  if (!table.link.empty()) {
    condition += " AND " + std::string(table.link) + " = ?";
    bound.emplace_back(row.parent);
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].is_key) continue;
    condition += " AND " + std::string(table.columns[i].name) + " IS ?";
    bound.push_back(row.values[i]);
  }
  return condition;
}

void require_servable_record(const Row& row, PowerDnsVersions versions) {
  const auto name = as_text(row.values[0]);
  const auto type = as_text(row.values[1]);
  if (!is_within(name, row.parent)) {
    throw Refusal(
        fmt::format("{}.name: {} is not allowed: it does not lie in the zone {}", row.path, name, row.parent));
  }
  if (type == "SOA" && name != row.parent) {
    throw Refusal(
        fmt::format("{} is not allowed: a SOA record stands at the name of its zone, {}, and nowhere else",
                    row.path, row.parent));
  }
  const auto content = content_with_priority(type, as_text(row.values[2]), as_text(row.values[3]));
  if (const auto problem = content_problem(type, content, versions)) {
    throw Refusal(fmt::format("{}.content: \"{}\" is not allowed: {}", row.path, content, *problem));
  }
}

/// Throws Refusal for a row that PowerDNS could not read. Such a row would be left out of answers or lists.
void require_servable(const Table& table, const Row& row, PowerDnsVersions versions) {
  const auto require = [&](const std::optional<std::string>& problem) {
    if (problem) throw Refusal(fmt::format("{} is not allowed: {}", row.path, *problem));
  };
  if (table.name == "records") return require_servable_record(row, versions);
  if (table.name == "domainmetadata") require(metadata_problem(as_text(row.values[0]), as_text(row.values[1])));
  if (table.name == "cryptokeys") require(private_key_problem(as_text(row.values[0])));
  if (table.name == "tsigkeys")
    require(tsig_key_problem({as_text(row.values[0]), as_text(row.values[1]), as_text(row.values[2])}));
}

}  // namespace

void ConfigurationWriter::add(std::size_t index, const Row& row) {
  const auto& table = configuration_tables()[index];
  require_servable(table, row, connection_.powerdns());
  const std::string name(table.name);
  const std::string values = placeholders(table.columns.size());
  std::string sql = "INSERT INTO " + name + " (" + names_of(table.columns);
  if (table.link == "domain_id") {
    sql += ", domain_id) SELECT " + values + ", id FROM domains WHERE name = ?";
  } else if (!table.link.empty()) {
    sql += ", " + std::string(table.link) + ") VALUES (" + values + ", ?)";
  } else {
    sql += ") VALUES (" + values + ")";
  }
  std::vector<ColumnValue> bound = row.values;
  if (!table.link.empty()) bound.emplace_back(row.parent);
  run(sql, bound, row.path);
  changes_.push_back({ChangeKind::added, added_line(table, row)});
}

void ConfigurationWriter::change(std::size_t index, const Row& from, const Row& to) {
  const auto& table = configuration_tables()[index];
  require_servable(table, to, connection_.powerdns());
  std::vector<ColumnValue> bound = to.values;
  const auto sql = "UPDATE " + std::string(table.name) + " SET " + names_of(table.columns, "", " = ?") +
                   which(table, from, bound);
  run(sql, bound, to.path);
  changes_.push_back({ChangeKind::changed, changed_line(table, from, to)});
}

void ConfigurationWriter::remove(std::size_t index, const Row& row) {
  const auto& table = configuration_tables()[index];
  if (table.name == "domains") require_unpublished(row);
  std::vector<ColumnValue> bound;
  const auto sql = "DELETE FROM " + std::string(table.name) + which(table, row, bound);
  run(sql, bound, fmt::format("the {} is not in the file, and cannot be removed", described(table, row)));
  changes_.push_back({ChangeKind::removed, "- " + described(table, row)});
}

void ConfigurationWriter::run(const std::string& sql, const std::vector<ColumnValue>& values,
                              const std::string& where) {
  auto& statement = statements_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(connection_.database(), sql);
  statement->reset();
  for (int i = 0; i < static_cast<int>(values.size()); ++i)
    bind_column(*statement, i + 1, values[static_cast<std::size_t>(i)]);
  try {
    statement->exec();
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() != SQLITE_CONSTRAINT) throw;
    try {
      rethrow(error);
    } catch (const Refusal& refusal) {
      throw Refusal(fmt::format("{}: {}", where, refusal.what()));
    }
  }
}

/// Throws Refusal where pools are published in the zone, because their names would be removed with it.
void ConfigurationWriter::require_unpublished(const Row& zone) {
  SQLite::Statement query(connection_.database(),
                          "SELECT pool || ' at ' || name FROM pool_names WHERE domain_id = ? LIMIT 1");
  query.bind(1, zone.id);
  if (!query.executeStep()) return;
  throw Refusal(fmt::format(
      "the zone {} is not in the file, and cannot be removed: the pool {} is published in it; take it out "
      "first",
      name_of(zone), query.getColumn(0).getString()));
}

}  // namespace mxbalance::db
