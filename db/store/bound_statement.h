// Short forms for SQL statements with parameters, for the parts of db/ that edit, list and check. They run inside
// the caller's transaction and use the prepared statements of its connection.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "db/store/connection.h"

namespace mxbalance::db {

inline void bind_value(SQLite::Statement& statement, int index, std::string_view value) {
  statement.bind(index, std::string(value));
}

inline void bind_value(SQLite::Statement& statement, int index, std::integral auto value) {
  statement.bind(index, static_cast<std::int64_t>(value));
}

inline void bind_value(SQLite::Statement& statement, int index, double value) {
  statement.bind(index, value);
}

/// An absent value is NULL.
template <typename Value>
void bind_value(SQLite::Statement& statement, int index, const std::optional<Value>& value) {
  if (value) {
    bind_value(statement, index, *value);
  } else {
    statement.bind(index);
  }
}

/// The prepared statement for `sql` (a literal) with its parameters ?1, ?2, … set to `values`.
template <typename... Values>
SQLite::Statement& bound(Connection& connection, std::string_view sql, const Values&... values) {
  SQLite::Statement& statement = connection.statement(sql);
  int index = 0;
  (bind_value(statement, ++index, values), ...);
  return statement;
}

/// Runs a statement that returns no rows. Returns how many rows it changed.
template <typename... Values>
int execute(Connection& connection, std::string_view sql, const Values&... values) {
  return bound(connection, sql, values...).exec();
}

/// The first column of every row, as text.
template <typename... Values>
std::vector<std::string> texts(Connection& connection, std::string_view sql, const Values&... values) {
  SQLite::Statement& rows = bound(connection, sql, values...);
  std::vector<std::string> found;
  while (rows.executeStep())
    found.push_back(rows.getColumn(0).getString());
  return found;
}

/// The first column of the first row, as a whole number. Absent when there is no row, or when the column is NULL.
template <typename... Values>
std::optional<std::int64_t> number(Connection& connection, std::string_view sql, const Values&... values) {
  SQLite::Statement& rows = bound(connection, sql, values...);
  std::optional<std::int64_t> found;
  if (rows.executeStep() && !rows.isColumnNull(0)) found = rows.getColumn(0).getInt64();
  rows.reset();
  return found;
}

/// Whether `sql` returns a row.
template <typename... Values>
bool exists(Connection& connection, std::string_view sql, const Values&... values) {
  SQLite::Statement& rows = bound(connection, sql, values...);
  const bool found = rows.executeStep();
  rows.reset();
  return found;
}

}  // namespace mxbalance::db
