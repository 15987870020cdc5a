// Compares the rows of a configuration with those in the store. Values; a connection is used by one thread at a
// time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "db/configuration/tables.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The changes that a table's rows need. Pointers refer to `stored`, `completed` and the wanted rows, so the
/// object may be moved but not copied.
struct ConfigurationDifferences {
  std::vector<ConfigurationRow> stored;
  std::vector<std::unique_ptr<ConfigurationRow>> completed;  ///< wanted rows, completed with their health
  std::vector<const ConfigurationRow*> added;
  std::vector<std::pair<const ConfigurationRow*, const ConfigurationRow*>> changed;  ///< from, to
  std::vector<const ConfigurationRow*> removed;
};

/// Compares the table at `index`. With `prune`, removes rows that are not wanted from the lists that `wanted`
/// gives, and from the parents in `gone`. Runs inside the caller's transaction. Throws Refusal for a row that is
/// given twice.
ConfigurationDifferences compare(Connection& connection, std::size_t index, const Configuration& wanted,
                                 bool prune, const std::unordered_set<std::string>& gone);

}  // namespace mxbalance::db
