// Reads and writes rows by their columns. Each function runs inside the caller's transaction. A connection is used
// by one thread at a time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "db/columns/column.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The names of the columns for SQL, each between `before` and `after`, such as "t.name, t.weight" with `before`
/// "t.".
std::string names_of(std::span<const Column> columns, std::string_view before = "", std::string_view after = "");

/// The values that names_of() has selected, from the column `first` of the row on. A value of another kind is
/// converted as SQLite does it.
ColumnValues values_of(const SQLite::Statement& row, int first, std::span<const Column> columns);

/// Null is NULL.
void bind_column(SQLite::Statement& statement, int index, const ColumnValue& value);

/// Adds a row with this key and these values. Other columns get the defaults of the store.
void insert_row(Connection& connection, std::string_view table, const ColumnValues& key,
                const ColumnValues& values);

/// Changes the row with this key. Those of `columns` that have a flag and no value here are written as they are,
/// so that each edit by a command counts as a change of the row.
void update_row(Connection& connection, std::string_view table, std::span<const Column> columns,
                const ColumnValues& key, const ColumnValues& values);

}  // namespace mxbalance::db
