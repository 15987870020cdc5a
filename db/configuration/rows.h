// Rows of the tables that hold configuration: what tells one from another, how they are read and shown to people.
// Values and free functions; a connection is used by one thread at a time, as ever.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "db/configuration/tables.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The table's place in configuration_tables(); it must be one of them.
std::size_t configuration_index(std::string_view table);

std::string as_text(const ConfigurationValue& value);

/// SOA and CNAME stand alone at their name (RFC 1034 §3.6.2, RFC 2181 §6.1): another content is a change of them.
bool is_alone(const ConfigurationTable& table, const ConfigurationRow& row);

/// The parent and the first `count` of the key's columns. No two keys run together.
std::string key_of(const ConfigurationTable& table, const ConfigurationRow& row, std::size_t count);

/// Which row it is. Rows of equal keys are told apart by row_id.
std::string key_of(const ConfigurationTable& table, const ConfigurationRow& row);

/// What a child names as its parent.
std::string name_of(const ConfigurationRow& row);

/// The table's columns for SQL, such as "t.name, t.weight" with "t." before each.
std::string columns_of(const ConfigurationTable& table, std::string_view before, std::string_view after);

/// A query for all rows of a table, in any order: the parent, row_id, whether probes found its health, and its
/// columns.
std::string rows_query(const ConfigurationTable& table);

/// All rows of a table, in the order of keys, runs inside the caller's transaction.
std::vector<ConfigurationRow> read_rows(Connection& connection, const ConfigurationTable& table);

/// The row for people, such as "member of inbound mail1.example.com". No secret is in it.
std::string described(const ConfigurationTable& table, const ConfigurationRow& row);

/// What happens to it for people: "+ server mail3.example.com: weight 100". No secret is in it.
std::string added_line(const ConfigurationTable& table, const ConfigurationRow& row);
std::string changed_line(const ConfigurationTable& table, const ConfigurationRow& from,
                         const ConfigurationRow& to);

}  // namespace mxbalance::db
