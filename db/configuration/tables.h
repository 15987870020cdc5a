// The tables that hold what people configure, and their rows as values. One description of the tables says what
// there is. The columns of mail tables are in db/columns/mail_tables.h, all others in tables.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/columns/column.h"

namespace mxbalance::db {

struct ConfigurationTable {
  std::string_view name;
  std::string_view field;     ///< the name of the list, such as "members"
  std::string_view singular;  ///< for people, such as "member"
  std::span<const Column> columns{};
  std::string_view parent{};  ///< the table of the rows to which these rows belong; empty: none
  std::string_view link{};    ///< the column with the parent's name; for domain_id: the parent's id
  std::string_view row_id{};  ///< a column that distinguishes equal rows; empty: there are no equal rows
  std::string_view probed{};  ///< a column that says whether a probe found the row's health; empty: none
  bool holds_keys = false;    ///< secrets: only read when they are asked for
  /// How many key columns identify a set that is replaced as a whole, such as an RRset; 0: each row is separate.
  std::size_t set = 0;
};

/// All tables. A table comes after the tables that its rows may need, and a parent before its children.
std::span<const ConfigurationTable> configuration_tables();

struct ConfigurationRow {
  std::string parent;               ///< the key of the parent row; empty: none
  std::vector<ColumnValue> values;  ///< one for each column of its table
  std::string path{};               ///< the place in a file, such as pools[2].members[0]
  std::int64_t id = 0;              ///< the value of row_id in the store
  bool is_probed = false;           ///< in the store: a probe found its health
};

struct Configuration {
  /// The rows of each table. The tables are in the order of configuration_tables().
  std::vector<std::vector<ConfigurationRow>> rows;
  /// For each table, the parents whose lists are given, even if empty. Lists that are not given stay unchanged.
  /// Tables without a parent table have the parent "".
  std::vector<std::vector<std::string>> listed;
};

enum class ChangeKind { added, changed, removed };

/// One difference as a line for people: "+ server mail3.example.com: weight 100, ...".
struct ConfigurationChange {
  ChangeKind kind = ChangeKind::added;
  std::string line;
};

}  // namespace mxbalance::db
