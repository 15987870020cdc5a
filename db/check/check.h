// Finds faults that the store's own rules cannot prevent: conflicts between rows, rows that were written with the
// rules off, and data that PowerDNS could not serve. Only reads.
#pragma once

#include <string>
#include <vector>

#include "db/check/finding.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Tables, columns, views, indexes and triggers that somebody has added, each as a sentence. They are no faults.
/// Reads inside the caller's read transaction.
std::vector<std::string> additions_to(Connection& connection);

/// Checks the whole store and calls `report` for each finding. No call means no fault. Runs inside the caller's
/// read transaction, with limited memory for any number of zones; a million zones take some minutes at most.
/// Throws StoreFailure where the file cannot be read.
void check(Connection& connection, const Report& report);

}  // namespace mxbalance::db
