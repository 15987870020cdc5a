// All that people configure, as rows of the tables that hold it: for files that are kept elsewhere, and put back
// into the same store or another. What is observed, counted or derived (events, serials as served, ids, ordername)
// is no part of it.
#pragma once

#include <vector>

#include "db/configuration/tables.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct ConfigurationScope {
  bool with_keys = false;    ///< tables that hold secrets, too
  bool with_health = false;  ///< what is down and why, too
};

/// Everything in the store, in the order of keys, runs inside the caller's transaction.
Configuration read_configuration(Connection& connection, ConfigurationScope scope);

/// Makes the store hold what `wanted` says; with `prune`, nothing else in the lists that it has. Health that is
/// not said, or that probes found, stays as it is. Runs inside the caller's write transaction. Returns the
/// differences, none if there were none. Throws Refusal, naming the path of the row, where the store's rules or
/// PowerDNS would not have it, or where rows contradict each other.
std::vector<ConfigurationChange> apply_configuration(Connection& connection, const Configuration& wanted,
                                                     bool prune);

}  // namespace mxbalance::db
