#include "db/configuration/rows.h"

#include <algorithm>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/columns/column_rows.h"

namespace mxbalance::db {

namespace {

using Row = ConfigurationRow;
using Table = ConfigurationTable;

// Separates the parts of a key. No name contains it.
constexpr char separator = '\0';

std::string select(const Table& table) {
  std::string keys;
  for (const auto& column : table.columns) {
    if (column.is_key) keys += ", t." + std::string(column.name);
  }
  return rows_query(table) + " ORDER BY 1" + keys + ", 2";
}

ColumnValue value_of(const SQLite::Column& column) {
  if (column.isNull()) return {};
  if (column.isInteger()) return column.getInt64();
  if (column.isFloat()) return column.getDouble();
  return column.getString();
}

/// Whether the column holds a secret.
bool is_secret(const Table& table, const Column& column) {
  return table.holds_keys && (column.name == "content" || column.name == "secret");
}

std::string shown(const Table& table, const Column& column, const ColumnValue& value) {
  return is_secret(table, column) ? "(secret)" : as_text(value);
}

}  // namespace

std::size_t configuration_index(std::string_view table) {
  const auto tables = configuration_tables();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const auto& one) { return one.name == table; });
  return static_cast<std::size_t>(found - tables.begin());
}

bool is_alone(const Table& table, const Row& row) {
  if (table.name != "records") return false;
  const auto type = as_text(row.values.at(1));
  return type == "SOA" || type == "CNAME";
}

std::string key_of(const Table& table, const Row& row, std::size_t count) {
  std::string key = row.parent;
  for (std::size_t i = 0; i < table.columns.size() && count > 0; ++i) {
    if (!table.columns[i].is_key) continue;
    key += separator + as_text(row.values.at(i));
    --count;
  }
  return key;
}

std::string key_of(const Table& table, const Row& row) {
  return key_of(table, row, is_alone(table, row) ? table.set : table.columns.size());
}

std::string name_of(const Row& row) {
  return as_text(row.values.front());
}

std::string rows_query(const Table& table) {
  const std::string name(table.name);
  const std::string id = table.row_id.empty() ? "0" : "t." + std::string(table.row_id);
  std::string parent = "''";
  std::string from = name + " t";
  if (table.link == "domain_id") {
    parent = "d.name";
    from += " JOIN domains d ON d.id = t.domain_id";
  } else if (!table.link.empty()) {
    parent = "t." + std::string(table.link);
  }
  // Empty non-terminals are not stored configuration: they are derived.
  const std::string only = name == "records" ? " WHERE coalesce(t.type, '') <> ''" : "";
  const std::string probed = table.probed.empty() ? "0" : "t." + std::string(table.probed);
  return "SELECT " + parent + ", " + id + ", " + probed + ", " + names_of(table.columns, "t.") + " FROM " + from +
         only;
}

std::vector<Row> read_rows(Connection& connection, const Table& table) {
  SQLite::Statement query(connection.database(), select(table));
  std::vector<Row> rows;
  while (query.executeStep()) {
    Row row;
    row.parent = query.getColumn(0).getString();
    row.id = query.getColumn(1).getInt64();
    row.is_probed = query.getColumn(2).getInt() != 0;
    for (int i = 0; i < static_cast<int>(table.columns.size()); ++i)
      row.values.push_back(value_of(query.getColumn(i + 3)));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string described(const Table& table, const Row& row) {
  std::string text(table.singular);
  if (!row.parent.empty()) text += " of " + row.parent;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (!column.is_key || is_secret(table, column)) continue;
    if (column.is_brief && row.values[i] == default_of(column)) continue;
    text += " " + as_text(row.values[i]);
  }
  return text;
}

std::string added_line(const Table& table, const Row& row) {
  std::string line = "+ " + described(table, row);
  const char* before = ": ";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.is_key || row.values[i] == default_of(column)) continue;
    line += fmt::format("{}{} {}", before, column.field(), shown(table, column, row.values[i]));
    before = ", ";
  }
  return line;
}

std::string changed_line(const Table& table, const Row& from, const Row& to) {
  std::string line = "~ " + described(table, from);
  const char* before = ": ";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (from.values[i] == to.values[i]) continue;
    const auto& column = table.columns[i];
    line += fmt::format("{}{} {} -> {}", before, column.field(), shown(table, column, from.values[i]),
                        shown(table, column, to.values[i]));
    before = ", ";
  }
  return line;
}

}  // namespace mxbalance::db
