// Columns of the mail tables on the command line: their flags, and their values as JSON and as text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/shared/output.h"
#include "db/columns/column.h"

namespace mxbalance::cli {

/// Adds a flag for each of `columns` that has this role and a meaning. What is given is put into `values`.
void add_column_flags(CLI::App& command, std::span<const db::Column> columns, db::ColumnRole role,
                      db::ColumnValues& values);

/// The words that the command line takes for the column.
std::vector<std::string> words_of(const db::Column& column);

/// The name of the column without the role: "port" for probe_port.
std::string short_name(const db::Column& column);

/// The name of the column in what people read, such as "max addresses".
std::string label_of(const db::Column& column);

Json json_of(const db::ColumnValue& value);

/// The value in what people read. Null is the word for it on the command line, or "-", as an empty text is.
std::string shown(const db::Column& column, const db::ColumnValue& value);

}  // namespace mxbalance::cli
