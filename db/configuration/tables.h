// The tables that hold what people configure, and their rows as values. One description of the tables says what
// there is: a further column is one line in tables.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mxbalance::db {

/// Null, a number or a text, as in SQLite.
using ConfigurationValue = std::variant<std::monostate, std::int64_t, double, std::string>;

enum class ColumnKind {
  text,
  owner_name,      ///< in any spelling; stored canonical
  record_type,     ///< in any spelling, also by number; stored canonical
  record_content,  ///< of a record; the column "type" comes before it
  address,         ///< IPv4 or IPv6, in any spelling; stored canonical
  number,
  seconds,  ///< 0.01 or more
  flag      ///< 0 or 1
};

struct ConfigurationColumn {
  std::string_view name;  ///< the name of the column in the table
  std::string_view field;
  ColumnKind kind = ColumnKind::text;
  bool is_key = false;             ///< the key columns together identify the row
  ConfigurationValue otherwise{};  ///< the default of a missing field; keys are never missing
  bool may_be_null = false;
  std::int64_t least = 0;  ///< the least value of a number
  std::int64_t most = 0;
  std::vector<std::string_view> words{};  ///< the allowed texts; empty: any text
  bool is_brief = false;                  ///< not written to files when it has its default
  /// Health is observed, not configured. Null: the file does not give it, and it stays unchanged.
  bool is_health = false;
};

struct ConfigurationTable {
  std::string_view name;
  std::string_view field;     ///< the name of the list, such as "members"
  std::string_view singular;  ///< for people, such as "member"
  std::string_view parent{};  ///< the table of the rows to which these rows belong; empty: none
  std::string_view link{};    ///< the column with the parent's name; for domain_id: the parent's id
  std::string_view row_id{};  ///< a column that distinguishes equal rows; empty: there are no equal rows
  std::string_view probed{};  ///< a column that says whether a probe found the row's health; empty: none
  bool holds_keys = false;    ///< secrets: only read when they are asked for
  /// How many key columns identify a set that is replaced as a whole, such as an RRset; 0: each row is separate.
  std::size_t set = 0;
  std::vector<ConfigurationColumn> columns{};
};

/// All tables. A table comes after the tables that its rows may need, and a parent before its children.
std::span<const ConfigurationTable> configuration_tables();

struct ConfigurationRow {
  std::string parent;                      ///< the key of the parent row; empty: none
  std::vector<ConfigurationValue> values;  ///< one for each column of its table
  std::string path{};                      ///< the place in a file, such as pools[2].members[0]
  std::int64_t id = 0;                     ///< the value of row_id in the store
  bool is_probed = false;                  ///< in the store: a probe found its health
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
