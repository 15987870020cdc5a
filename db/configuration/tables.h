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

/// Null, a number or a text, as SQLite has it.
using ConfigurationValue = std::variant<std::monostate, std::int64_t, double, std::string>;

enum class ColumnKind {
  text,
  owner_name,      ///< in any spelling; kept canonical
  record_type,     ///< in any spelling, also by number; kept canonical
  record_content,  ///< of a record whose type stands in the column "type", before it
  address,         ///< IPv4 or IPv6, in any spelling; kept canonical
  number,
  seconds,  ///< from a hundredth on
  flag      ///< 0 or 1
};

struct ConfigurationColumn {
  std::string_view name;  ///< in the table
  std::string_view field;
  ColumnKind kind = ColumnKind::text;
  bool is_key = false;             ///< with the others, says which row it is
  ConfigurationValue otherwise{};  ///< where the field is left out; keys never are
  bool may_be_null = false;
  std::int64_t least = 0;  ///< of numbers
  std::int64_t most = 0;
  std::vector<std::string_view> words{};  ///< of texts; none: any
  bool is_brief = false;                  ///< left out of files where it is as `otherwise`
  /// Health, which is observed and not wanted: null where nothing is said of it, and then it stays as it is.
  bool is_health = false;
};

struct ConfigurationTable {
  std::string_view name;
  std::string_view field;     ///< of the list, such as "members"
  std::string_view singular;  ///< for people, such as "member"
  std::string_view parent{};  ///< the table whose rows it belongs to; empty: none
  std::string_view link{};    ///< the column that names the parent; domain_id: by its id
  std::string_view row_id{};  ///< a column that tells equal rows apart; empty: there are none
  std::string_view probed{};  ///< a column that says that probes found the row's health; empty: they never do
  bool holds_keys = false;    ///< secrets: only where they are asked for
  /// How many of the keys make a set that is replaced as a whole, as an RRset is; 0: each row for itself.
  std::size_t set = 0;
  std::vector<ConfigurationColumn> columns{};
};

/// In the order in which a row may need those before it; a table that others belong to comes before them.
std::span<const ConfigurationTable> configuration_tables();

struct ConfigurationRow {
  std::string parent;                      ///< the key of the row that it belongs to; empty: none
  std::vector<ConfigurationValue> values;  ///< one for each column of its table
  std::string path{};                      ///< where it stands in a file, such as pools[2].members[0]
  std::int64_t id = 0;                     ///< of row_id, in the store
  bool is_probed = false;                  ///< in the store: its health is what probes found
};

struct Configuration {
  /// Rows of each table, in the order of configuration_tables().
  std::vector<std::vector<ConfigurationRow>> rows;
  /// For each table, the parents whose lists are here, if only empty: what is not listed is not touched. Tables
  /// without a parent have the parent "".
  std::vector<std::vector<std::string>> listed;
};

enum class ChangeKind { added, changed, removed };

/// One difference, as a line for people: "+ server mail3.example.com: weight 100, ...".
struct ConfigurationChange {
  ChangeKind kind = ChangeKind::added;
  std::string line;
};

}  // namespace mxbalance::db
