#include "db/configuration/differences.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/configuration/rows.h"

namespace mxbalance::db {

namespace {

using Row = ConfigurationRow;
using Table = ConfigurationTable;

using RowsByKey = std::unordered_map<std::string, std::vector<const Row*>>;

bool has_health(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const auto& column) { return column.role == ColumnRole::health; });
}

/// `wanted`, completed with its health: the health of `stored` where none is given or a probe found it, or the
/// default where `stored` is null.
Row completed(const Table& table, Row wanted, const Row* stored) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.role != ColumnRole::health) continue;
    auto& value = wanted.values[i];
    if (stored != nullptr && (stored->is_probed || is_null(value))) {
      value = stored->values[i];
    } else if (is_null(value)) {
      value = default_of(column);
    }
  }
  return wanted;
}

/// Matches wanted rows with stored ones. The result has the stored rows that match no wanted row.
RowsByKey match(const Table& table, const std::vector<Row>& wanted, ConfigurationDifferences& found) {
  RowsByKey stored;
  for (const auto& row : found.stored)
    stored[key_of(table, row)].push_back(&row);
  std::unordered_set<std::string> seen;
  const bool may_lack_health = has_health(table);
  for (const auto& given : wanted) {
    const auto key = key_of(table, given);
    auto& like = stored[key];
    if (may_lack_health) {
      const Row* const there = like.empty() ? nullptr : like.front();
      found.completed.push_back(std::make_unique<Row>(completed(table, given, there)));
    }
    const Row& row = may_lack_health ? *found.completed.back() : given;
    if (!seen.insert(key).second && (table.row_id.empty() || is_alone(table, row) || table.parent.empty())) {
      throw Refusal(fmt::format("{}: {} is there twice", row.path, described(table, row)));
    }
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

}  // namespace

ConfigurationDifferences compare(Connection& connection, std::size_t index, const Configuration& wanted,
                                 bool prune, const std::unordered_set<std::string>& gone) {
  const auto& table = configuration_tables()[index];
  ConfigurationDifferences found;
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

}  // namespace mxbalance::db
