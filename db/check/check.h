// Finds what the store's own rules cannot hold: what spans many rows, what was written with the rules off, what
// PowerDNS could not serve. Reads only.
#pragma once

#include <string>
#include <vector>

#include "db/check/finding.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Tables, columns, views, indexes and triggers that somebody has added, each as a sentence: no fault. Inside the
/// caller's read transaction.
std::vector<std::string> additions_to(Connection& connection);

/// Checks the whole store and hands out each finding as it is found; none: all is well. Runs inside the caller's
/// read transaction, in bounded memory whatever the number of zones; a million zones take minutes at most. Throws
/// StoreFailure where the file cannot be read.
void check(Connection& connection, const Report& report);

}  // namespace mxbalance::db
