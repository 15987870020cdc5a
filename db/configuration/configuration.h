// Everything that people configure, as rows of the tables: to write it to files, and to apply it to the same store
// or another. Data that is observed, counted or derived (events, served serials, ids, ordername) is not part of
// it.
#pragma once

#include <vector>

#include "db/configuration/tables.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct ConfigurationScope {
  bool with_keys = false;    ///< read tables with secrets, too
  bool with_health = false;  ///< read health and its reasons, too
};

/// Reads everything in the store, in the order of keys, inside the caller's transaction.
Configuration read_configuration(Connection& connection, ConfigurationScope scope);

/// Changes the store to what `wanted` says. With `prune`, rows that are not in a given list are removed. Health
/// that is not given, or that a probe found, stays unchanged. Runs inside the caller's write transaction. Returns
/// the differences; empty when there were none. Throws Refusal, naming the path of the row, where the store's
/// rules or PowerDNS do not allow a row, or where rows contradict each other.
std::vector<ConfigurationChange> apply_configuration(Connection& connection, const Configuration& wanted,
                                                     bool prune);

}  // namespace mxbalance::db
