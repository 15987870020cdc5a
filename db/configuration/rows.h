// The rows of the tables that hold configuration: their keys, and how they are read and shown to people. Values
// and free functions. A connection is used by one thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "db/configuration/tables.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The index of the table in configuration_tables(). It must be one of them.
std::size_t configuration_index(std::string_view table);

/// Whether the record may be the only one of its type at the name, as SOA and CNAME (RFC 1034 §3.6.2, RFC 2181
/// §6.1). Another content is then a change of the record.
bool is_alone(const ConfigurationTable& table, const ConfigurationRow& row);

/// The parent and the first `count` key columns. Different keys always have different texts.
std::string key_of(const ConfigurationTable& table, const ConfigurationRow& row, std::size_t count);

/// The key of the row. Rows with equal keys are distinguished by row_id.
std::string key_of(const ConfigurationTable& table, const ConfigurationRow& row);

/// The name by which child rows refer to this row.
std::string name_of(const ConfigurationRow& row);

/// A query for all rows of a table, in any order: the parent, row_id, whether a probe found its health, and the
/// columns.
std::string rows_query(const ConfigurationTable& table);

/// Reads all rows of a table, in the order of keys, inside the caller's transaction.
std::vector<ConfigurationRow> read_rows(Connection& connection, const ConfigurationTable& table);

/// The row in words, such as "member of inbound mail1.example.com". Contains no secret.
std::string described(const ConfigurationTable& table, const ConfigurationRow& row);

/// The change of a row in words: "+ server mail3.example.com: weight 100". Contains no secret.
std::string added_line(const ConfigurationTable& table, const ConfigurationRow& row);
std::string changed_line(const ConfigurationTable& table, const ConfigurationRow& from,
                         const ConfigurationRow& to);

}  // namespace mxbalance::db
