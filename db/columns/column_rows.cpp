#include "db/columns/column_rows.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

namespace mxbalance::db {

namespace {

ColumnValue value_of(const SQLite::Column& value, const Column& column) {
  if (value.isNull() && column.may_be_null) return {};
  if (column.kind == ColumnKind::number) return value.getInt64();
  if (column.kind == ColumnKind::seconds) return value.getDouble();
  return value.getString();
}

/// The names of the values, each with `after`, and `between` between them.
std::string names_of(const ColumnValues& values, std::string_view after, std::string_view between) {
  std::string names;
  for (const auto& [name, value] : values)
    names.append(names.empty() ? "" : between).append(name).append(after);
  return names;
}

void run(Connection& connection, const std::string& sql, std::initializer_list<const ColumnValues*> bound) {
  SQLite::Statement statement(connection.database(), sql);
  int index = 0;
  for (const auto* values : bound) {
    for (const auto& [name, value] : *values)
      bind_column(statement, ++index, value);
  }
  statement.exec();
}

}  // namespace

void bind_column(SQLite::Statement& statement, int index, const ColumnValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *number);
  } else if (const auto* seconds = std::get_if<double>(&value)) {
    statement.bind(index, *seconds);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    statement.bind(index, *text);
  } else {
    statement.bind(index);
  }
}

std::string names_of(std::span<const Column> columns, std::string_view before, std::string_view after) {
  std::string names;
  for (const auto& column : columns)
    names.append(names.empty() ? "" : ", ").append(before).append(column.name).append(after);
  return names;
}

ColumnValues values_of(const SQLite::Statement& row, int first, std::span<const Column> columns) {
  ColumnValues values;
  for (const auto& column : columns)
    values.emplace(column.name, value_of(row.getColumn(first++), column));
  return values;
}

void insert_row(Connection& connection, std::string_view table, const ColumnValues& key,
                const ColumnValues& values) {
  ColumnValues all = key;
  all.insert(values.begin(), values.end());
  std::string places = "?";
  for (std::size_t i = 1; i < all.size(); ++i)
    places += ", ?";
  run(connection, fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names_of(all, "", ", "), places), {&all});
}

void update_row(Connection& connection, std::string_view table, std::span<const Column> columns,
                const ColumnValues& key, const ColumnValues& values) {
  std::string changes = names_of(values, " = ?", ", ");
  for (const auto& column : columns) {
    if (column.meaning.empty() || values.contains(column.name)) continue;
    changes.append(changes.empty() ? "" : ", ").append(column.name).append(" = ").append(column.name);
  }
  run(connection, fmt::format("UPDATE {} SET {} WHERE {}", table, changes, names_of(key, " = ?", " AND ")),
      {&values, &key});
}

}  // namespace mxbalance::db
