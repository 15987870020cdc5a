// How the rows of a configuration differ from those in the store. Values; a connection is used by one thread at a
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

/// What must happen to a table's rows. Pointers are into `stored`, `completed` and the wanted rows; movable, not
/// to be copied.
struct ConfigurationDifferences {
  std::vector<ConfigurationRow> stored;
  std::vector<std::unique_ptr<ConfigurationRow>> completed;  ///< wanted rows, with the health that they do not say
  std::vector<const ConfigurationRow*> added;
  std::vector<std::pair<const ConfigurationRow*, const ConfigurationRow*>> changed;  ///< from, to
  std::vector<const ConfigurationRow*> removed;
};

/// Compares one table, the one at `index`. With `prune`, rows of the lists that `wanted` has, and those of the
/// parents in `gone`, are removed where they are not wanted. Runs inside the caller's transaction. Throws Refusal
/// for a row that is there twice.
ConfigurationDifferences compare(Connection& connection, std::size_t index, const Configuration& wanted,
                                 bool prune, const std::unordered_set<std::string>& gone);

}  // namespace mxbalance::db
