#include "db/configuration/configuration.h"

#include <functional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/configuration/differences.h"
#include "db/configuration/rows.h"
#include "db/configuration/writer.h"
#include "db/contents/record_types.h"
#include "db/edits/pool_evaluation.h"
#include "db/edits/records.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

using Row = ConfigurationRow;

/// The names of the removed rows of a parent table. Their child rows are removed with them.
std::unordered_set<std::string> names_of(const std::vector<const Row*>& removed) {
  std::unordered_set<std::string> found;
  for (const Row* row : removed)
    found.insert(name_of(*row));
  return found;
}

/// Applies a configuration in one pass over all tables. No step needs a later one: new rows that answer are added
/// before old ones are removed.
class Application {
 public:
  Application(Connection& connection, const Configuration& wanted, bool prune)
      : connection_(connection), writer_(connection) {
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
    keep_soa();
    for (const auto* table : {"supermasters", "tsigkeys"})
      all(table);
    require_answered();
    return std::move(writer_).changes();
  }

 private:
  /// The serial of a new zone counts changes from here on, as for a zone that `zone add` makes.
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

  /// Refuses delegations that hide a published pool, and pools that hide static records, whichever of the two is
  /// new.
  void require_answered() {
    for (const Row* row : of("pool_names").added) {
      const auto zone = enclosing_zone(connection_, name_of(*row));
      if (zone) require(*row, [&] { require_not_delegated(connection_, *zone, name_of(*row)); });
    }
    for (const Row* row : of("records").added)
      require_shown(*row);
    for (const auto& [from, to] : of("records").changed)
      require_shown(*to);
    for (const Row* row : of("pool_names").added)
      require_no_static_records(*row, name_of(*row));
    for (const Row* row : of("mail_addresses").added)
      require_no_static_records(*row, row->parent);
  }

  void require_shown(const Row& record) {
    const bool is_disabled = as_text(record.values[5]) == "1";
    const auto zone = find_zone(connection_, record.parent);
    if (!zone || is_disabled) return;
    const std::string type = canonical_type(as_text(record.values[1]));
    if (type == "NS" && name_of(record) != record.parent)
      require(record, [&] { require_nothing_published(connection_, *zone, name_of(record)); });
    if (is_secondary(connection_, *zone)) return;
    require(record, [&] {
      require_not_balanced(connection_, *zone, name_of(record), type);
      require_no_cname_conflict(connection_, *zone, name_of(record), type);
    });
  }

  /// Throws Refusal where static records in the store would be hidden by a pool or a mail server at `name`.
  void require_no_static_records(const Row& row, const std::string& name) {
    const auto zone = enclosing_zone(connection_, name);
    if (!zone || is_secondary(connection_, *zone)) return;
    for (const auto& type :
         texts(connection_,
               "SELECT DISTINCT canonical_type(type) FROM records WHERE domain_id = ?1 AND name = ?2"
               " AND canonical_type(type) IN ('MX', 'A', 'AAAA', 'CNAME') AND disabled = 0",
               zone->id, name))
      require(row, [&] { require_not_balanced(connection_, *zone, name, type); });
  }

  static void require(const Row& row, const std::function<void()>& what) {
    try {
      what();
    } catch (const Refusal& refusal) {
      throw Refusal(fmt::format("{}: {}", row.path, refusal.what()));
    }
  }

  /// Checks zones whose SOA record was changed or removed.
  void keep_soa() {
    const auto look_at = [&](const Row& row) {
      if (as_text(row.values[1]) != "SOA") return;
      if (const auto zone = find_zone(connection_, row.parent)) require_soa_if_published(connection_, *zone);
    };
    for (const auto& [from, to] : of("records").changed)
      look_at(*from);
    for (const Row* row : of("records").removed)
      look_at(*row);
  }

  ConfigurationDifferences& of(std::string_view table) { return differences_[configuration_index(table)]; }

  void add(std::string_view table) {
    for (const Row* row : of(table).added)
      writer_.add(configuration_index(table), *row);
  }

  void change(
      std::string_view table,
      const std::function<bool(const Row&)>& only = [](const Row& /*row*/) { return true; }) {
    for (const auto& [from, to] : of(table).changed)
      if (only(*to)) writer_.change(configuration_index(table), *from, *to);
  }

  void remove(std::string_view table) {
    for (const Row* row : of(table).removed)
      writer_.remove(configuration_index(table), *row);
  }

  void all(std::string_view table) {
    change(table);
    add(table);
    remove(table);
  }

  Connection& connection_;
  ConfigurationWriter writer_;
  std::vector<ConfigurationDifferences> differences_;
};

/// Checks that the store now holds what was wanted. Triggers may have removed rows, such as names published in a
/// removed zone.
void require_done(Connection& connection, const Configuration& wanted) {
  for (std::size_t i = 0; i < configuration_tables().size(); ++i) {
    const auto& table = configuration_tables()[i];
    const auto left = compare(connection, i, wanted, false, {});
    const Row* row = !left.added.empty()    ? left.added.front()
                     : left.changed.empty() ? nullptr
                                            : left.changed.front().second;
    if (row == nullptr) continue;
    throw Refusal(fmt::format(
        "{}: {} would not be as it stands here: something else in the file, or what it lacks, contradicts "
        "it",
        row->path, described(table, *row)));
  }
}

/// Clears the health of all rows.
void leave_out_health(const ConfigurationTable& table, std::vector<Row>& rows) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].role != ColumnRole::health) continue;
    for (auto& row : rows)
      row.values[i] = {};
  }
}

}  // namespace

Configuration read_configuration(Connection& connection, ConfigurationScope scope) {
  Configuration configuration;
  for (const auto& table : configuration_tables()) {
    auto& rows = configuration.rows.emplace_back();
    auto& listed = configuration.listed.emplace_back();
    if (table.holds_keys && !scope.with_keys) continue;
    rows = read_rows(connection, table);
    if (!scope.with_health) leave_out_health(table, rows);
    if (table.parent.empty()) {
      listed.emplace_back();
    } else {
      for (const auto& parent : configuration.rows[configuration_index(table.parent)])
        listed.push_back(name_of(parent));
    }
  }
  return configuration;
}

std::vector<ConfigurationChange> apply_configuration(Connection& connection, const Configuration& wanted,
                                                     bool prune) {
  std::vector<ConfigurationChange> changes;
  evaluate_pools_once(connection, [&] { changes = Application(connection, wanted, prune).run(); });
  require_done(connection, wanted);
  return changes;
}

}  // namespace mxbalance::db
