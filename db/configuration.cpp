#include "db/configuration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include "db/errors.h"
#include "db/names.h"
#include "db/record_content.h"

namespace mxbalance::db {

namespace {

using Row = ConfigurationRow;
using Table = ConfigurationTable;

// Between the parts of a key: no name holds it.
constexpr char separator = '\0';

std::size_t index_of(std::string_view table) {
  const auto tables = configuration_tables();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const auto& one) { return one.name == table; });
  return static_cast<std::size_t>(found - tables.begin());
}

std::string as_text(const ConfigurationValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* seconds = std::get_if<double>(&value)) {
    std::array<char, 32> text{};
    const auto* const end = std::to_chars(text.data(), text.data() + text.size(), *seconds).ptr;
    return {text.data(), static_cast<std::size_t>(end - text.data())};
  }
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "NULL";
}

/// SOA and CNAME stand alone at their name (RFC 1034 §3.6.2, RFC 2181 §6.1): another content is a change of them.
bool is_alone(const Table& table, const Row& row) {
  if (table.name != "records") return false;
  const auto type = as_text(row.values.at(1));
  return type == "SOA" || type == "CNAME";
}

/// The first `count` of the key's columns; which row it is, with all of them.
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

/// What a child names as its parent.
std::string name_of(const Row& row) {
  return as_text(row.values.front());
}

std::string columns_of(const Table& table, std::string_view before, std::string_view after) {
  std::string list;
  for (const auto& column : table.columns) {
    list += list.empty() ? "" : ", ";
    list += std::string(before) + std::string(column.name) + std::string(after);
  }
  return list;
}

std::string select(const Table& table) {
  const std::string name(table.name);
  const std::string id = table.row_id.empty() ? "0" : "t." + std::string(table.row_id);
  std::string keys;
  for (const auto& column : table.columns) {
    if (column.is_key) keys += ", t." + std::string(column.name);
  }
  std::string parent = "''";
  std::string from = name + " t";
  if (table.link == "domain_id") {
    parent = "d.name";
    from += " JOIN domains d ON d.id = t.domain_id";
  } else if (!table.link.empty()) {
    parent = "t." + std::string(table.link);
  }
  // Empty non-terminals are derived.
  const std::string only = name == "records" ? " WHERE coalesce(t.type, '') <> ''" : "";
  return "SELECT " + parent + ", " + id + ", " + columns_of(table, "t.", "") + " FROM " + from + only +
         " ORDER BY 1" + keys + ", 2";
}

ConfigurationValue value_of(const SQLite::Column& column) {
  if (column.isNull()) return {};
  if (column.isInteger()) return column.getInt64();
  if (column.isFloat()) return column.getDouble();
  return column.getString();
}

std::vector<Row> read_rows(Connection& connection, const Table& table) {
  SQLite::Statement query(connection.database(), select(table));
  std::vector<Row> rows;
  while (query.executeStep()) {
    Row row;
    row.parent = query.getColumn(0).getString();
    row.id = query.getColumn(1).getInt64();
    for (int i = 0; i < static_cast<int>(table.columns.size()); ++i)
      row.values.push_back(value_of(query.getColumn(i + 2)));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Which keys secrets are kept in.
bool is_secret(const Table& table, const ConfigurationColumn& column) {
  return table.holds_keys && (column.name == "content" || column.name == "secret");
}

std::string described(const Table& table, const Row& row) {
  std::string text(table.singular);
  if (!row.parent.empty()) text += " of " + row.parent;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (!column.is_key || is_secret(table, column)) continue;
    if (column.is_brief && row.values[i] == column.otherwise) continue;
    text += " " + as_text(row.values[i]);
  }
  return text;
}

std::string shown(const Table& table, const ConfigurationColumn& column, const ConfigurationValue& value) {
  return is_secret(table, column) ? "(secret)" : as_text(value);
}

std::string added_line(const Table& table, const Row& row) {
  std::string line = "+ " + described(table, row);
  const char* before = ": ";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.is_key || row.values[i] == column.otherwise) continue;
    line += before + std::string(column.field) + " " + shown(table, column, row.values[i]);
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
    line += before + std::string(column.field) + " " + shown(table, column, from.values[i]) + " -> " +
            shown(table, column, to.values[i]);
    before = ", ";
  }
  return line;
}

/// What must happen to a table's rows. Pointers are into the store's rows and the wanted ones.
struct Differences {
  std::vector<Row> stored;
  std::vector<const Row*> added;
  std::vector<std::pair<const Row*, const Row*>> changed;  ///< from, to
  std::vector<const Row*> removed;
};

using RowsByKey = std::unordered_map<std::string, std::vector<const Row*>>;

/// Those that are left in `stored` have no like among the wanted ones.
RowsByKey match(const Table& table, const std::vector<Row>& wanted, Differences& found) {
  RowsByKey stored;
  for (const auto& row : found.stored)
    stored[key_of(table, row)].push_back(&row);
  std::unordered_set<std::string> seen;
  for (const auto& row : wanted) {
    const auto key = key_of(table, row);
    if (!seen.insert(key).second && (table.row_id.empty() || is_alone(table, row) || table.parent.empty())) {
      throw Refusal(row.path + ": " + described(table, row) + " is there twice");
    }
    auto& like = stored[key];
    if (like.empty()) {
      found.added.push_back(&row);
      continue;
    }
    const auto same =
        std::find_if(like.begin(), like.end(), [&](const Row* one) { return one->values == row.values; });
    const auto taken = same == like.end() ? like.begin() : same;
    if ((*taken)->values != row.values) found.changed.emplace_back(*taken, &row);
    like.erase(taken);
  }
  return stored;
}

/// What goes with rows of the parent table that are removed.
std::unordered_set<std::string> names_of(const std::vector<const Row*>& removed) {
  std::unordered_set<std::string> found;
  for (const Row* row : removed)
    found.insert(name_of(*row));
  return found;
}

/// `gone`: parents that are removed, and their rows with them.
Differences compare(Connection& connection, std::size_t index, const Configuration& wanted, bool prune,
                    const std::unordered_set<std::string>& gone) {
  const auto& table = configuration_tables()[index];
  Differences found;
  found.stored = read_rows(connection, table);
  const auto left = match(table, wanted.rows[index], found);
  std::unordered_set<std::string> sets;
  for (const auto& row : wanted.rows[index])
    if (table.set > 0) sets.insert(key_of(table, row, table.set));
  const std::unordered_set<std::string> listed(wanted.listed[index].begin(), wanted.listed[index].end());
  for (const auto& row : found.stored) {
    const auto& like = left.at(key_of(table, row));
    if (std::find(like.begin(), like.end(), &row) == like.end()) continue;
    const bool is_pruned = prune && (listed.contains(row.parent) || gone.contains(row.parent));
    if (is_pruned || sets.contains(key_of(table, row, table.set))) found.removed.push_back(&row);
  }
  return found;
}

/// Writes differences to the store. One connection, one call.
class Writer {
 public:
  explicit Writer(Connection& connection) : connection_(connection) {}

  void add(std::size_t index, const Row& row) {
    const auto& table = configuration_tables()[index];
    require_servable(table, row);
    const std::string name(table.name);
    const std::string values = placeholders(table.columns.size());
    std::string sql = "INSERT INTO " + name + " (" + columns_of(table, "", "");
    if (table.link == "domain_id") {
      sql += ", domain_id) SELECT " + values + ", id FROM domains WHERE name = ?";
    } else if (!table.link.empty()) {
      sql += ", " + std::string(table.link) + ") VALUES (" + values + ", ?)";
    } else {
      sql += ") VALUES (" + values + ")";
    }
    std::vector<ConfigurationValue> bound = row.values;
    if (!table.link.empty()) bound.emplace_back(row.parent);
    run(sql, bound, row.path);
    changes_.push_back({ChangeKind::added, added_line(table, row)});
  }

  void change(std::size_t index, const Row& from, const Row& to) {
    const auto& table = configuration_tables()[index];
    require_servable(table, to);
    std::vector<ConfigurationValue> bound = to.values;
    const auto sql =
        "UPDATE " + std::string(table.name) + " SET " + columns_of(table, "", " = ?") + which(table, from, bound);
    run(sql, bound, to.path);
    changes_.push_back({ChangeKind::changed, changed_line(table, from, to)});
  }

  void remove(std::size_t index, const Row& row) {
    const auto& table = configuration_tables()[index];
    if (table.name == "domains") require_unpublished(row);
    std::vector<ConfigurationValue> bound;
    const auto sql = "DELETE FROM " + std::string(table.name) + which(table, row, bound);
    run(sql, bound, "the " + described(table, row) + " is not in the file, and cannot be removed");
    changes_.push_back({ChangeKind::removed, "- " + described(table, row)});
  }

  void run(const std::string& sql, const std::vector<ConfigurationValue>& values, const std::string& where) {
    auto& statement = statements_[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(connection_.database(), sql);
    statement->reset();
    for (int i = 0; i < static_cast<int>(values.size()); ++i)
      bind(*statement, i + 1, values[static_cast<std::size_t>(i)]);
    try {
      statement->exec();
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_CONSTRAINT) throw;
      try {
        rethrow(error);
      } catch (const Refusal& refusal) {
        throw Refusal(where + ": " + refusal.what());
      }
    }
  }

  std::vector<ConfigurationChange> changes() && { return std::move(changes_); }

 private:
  static void bind(SQLite::Statement& statement, int index, const ConfigurationValue& value) {
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

  static std::string placeholders(std::size_t count) {
    std::string list = "?";
    for (std::size_t i = 1; i < count; ++i)
      list += ", ?";
    return list;
  }

  static std::string which(const Table& table, const Row& row, std::vector<ConfigurationValue>& bound) {
    if (!table.row_id.empty()) {
      bound.emplace_back(row.id);
      return " WHERE " + std::string(table.row_id) + " = ?";
    }
    std::string condition = " WHERE 1";
    if (!table.link.empty()) {
      condition += " AND " + std::string(table.link) + " = ?";
      bound.emplace_back(row.parent);
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (!table.columns[i].is_key) continue;
      condition += " AND " + std::string(table.columns[i].name) + " IS ?";
      bound.push_back(row.values[i]);
    }
    return condition;
  }

  /// Names that are published go with their zone.
  void require_unpublished(const Row& zone) {
    SQLite::Statement query(connection_.database(),
                            "SELECT pool || ' at ' || name FROM pool_names WHERE domain_id = ? LIMIT 1");
    query.bind(1, zone.id);
    if (!query.executeStep()) return;
    throw Refusal("the zone " + name_of(zone) + " is not in the file, and cannot be removed: the pool " +
                  query.getColumn(0).getString() + " is published in it; take it out first");
  }

  /// A record that PowerDNS could not parse would be left out of answers.
  static void require_servable(const Table& table, const Row& row) {
    if (table.name != "records") return;
    const auto name = as_text(row.values[0]);
    const auto type = as_text(row.values[1]);
    if (!is_within(name, row.parent)) {
      throw Refusal(row.path + ".name: " + name + " is not allowed: it does not lie in the zone " + row.parent);
    }
    std::optional<std::int64_t> priority;
    if (const auto* number = std::get_if<std::int64_t>(&row.values[2])) priority = *number;
    const auto content = content_with_priority(type, priority, as_text(row.values[3]));
    if (const auto problem = content_problem(type, content)) {
      throw Refusal(row.path + ".content: \"" + content + "\" is not allowed: " + *problem);
    }
  }

  Connection& connection_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
  std::vector<ConfigurationChange> changes_;
};

/// One pass over all tables, in an order in which no step needs a later one: what answers is added before anything
/// is taken away.
class Application {
 public:
  Application(Connection& connection, const Configuration& wanted, bool prune) : writer_(connection) {
    for (std::size_t i = 0; i < configuration_tables().size(); ++i) {
      const auto parent = configuration_tables()[i].parent;
      const auto gone = parent.empty() ? std::unordered_set<std::string>{} : names_of(of(parent).removed);
      differences_.push_back(compare(connection, i, wanted, prune, gone));
    }
  }

  std::vector<ConfigurationChange> run() {
    remove("pool_names");
    zones();
    const auto enabled = [](const Row& row) { return as_text(row.values[2]) == "enabled"; };
    add("mail_servers");
    change("mail_servers", enabled);
    for (const auto* table : {"mail_addresses", "pools", "pool_members"}) {
      add(table);
      change(table);
    }
    change("pool_names");
    change("mail_servers", [&](const Row& row) { return !enabled(row); });
    for (const auto* table : {"pool_members", "mail_addresses", "mail_servers"})
      remove(table);
    add("pool_names");
    remove("pools");
    remove("domains");
    for (const auto* table : {"supermasters", "tsigkeys"})
      all(table);
    return std::move(writer_).changes();
  }

 private:
  /// The serial of a zone that is new counts from what is written here, as of one that `zone add` makes.
  void zones() {
    add("domains");
    change("domains");
    for (const auto* table : {"records", "domainmetadata", "comments", "cryptokeys"})
      all(table);
    for (const Row* row : of("domains").added) {
      writer_.run("UPDATE zone_changes SET counting = 1 WHERE domain_id = (SELECT id FROM domains WHERE name = ?)",
                  {row->values.front()}, row->path);
    }
  }

  Differences& of(std::string_view table) { return differences_[index_of(table)]; }

  void add(std::string_view table) {
    for (const Row* row : of(table).added)
      writer_.add(index_of(table), *row);
  }

  void change(
      std::string_view table,
      const std::function<bool(const Row&)>& only = [](const Row& /*row*/) { return true; }) {
    for (const auto& [from, to] : of(table).changed)
      if (only(*to)) writer_.change(index_of(table), *from, *to);
  }

  void remove(std::string_view table) {
    for (const Row* row : of(table).removed)
      writer_.remove(index_of(table), *row);
  }

  void all(std::string_view table) {
    change(table);
    add(table);
    remove(table);
  }

  Writer writer_;
  std::vector<Differences> differences_;
};

/// Triggers may have taken away what was wanted, such as names published in a zone that was removed.
void require_done(Connection& connection, const Configuration& wanted) {
  for (std::size_t i = 0; i < configuration_tables().size(); ++i) {
    const auto& table = configuration_tables()[i];
    const auto left = compare(connection, i, wanted, false, {});
    const Row* row = !left.added.empty()    ? left.added.front()
                     : left.changed.empty() ? nullptr
                                            : left.changed.front().second;
    if (row == nullptr) continue;
    throw Refusal(row->path + ": " + described(table, *row) +
                  " would not be as it stands here: something else in the file, or what it lacks, contradicts it");
  }
}

}  // namespace

Configuration read_configuration(Connection& connection, bool with_keys) {
  Configuration configuration;
  for (const auto& table : configuration_tables()) {
    auto& rows = configuration.rows.emplace_back();
    auto& listed = configuration.listed.emplace_back();
    if (table.holds_keys && !with_keys) continue;
    rows = read_rows(connection, table);
    if (table.parent.empty()) {
      listed.emplace_back();
    } else {
      for (const auto& parent : configuration.rows[index_of(table.parent)])
        listed.push_back(name_of(parent));
    }
  }
  return configuration;
}

std::vector<ConfigurationChange> apply_configuration(Connection& connection, const Configuration& wanted,
                                                     bool prune) {
  auto changes = Application(connection, wanted, prune).run();
  require_done(connection, wanted);
  return changes;
}

}  // namespace mxbalance::db
