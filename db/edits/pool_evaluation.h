// Evaluates pools at the end of an edit: who is answered, and who is safe to stop. Inside the caller's write
// transaction.
#pragma once

#include <functional>

#include "db/store/connection.h"

namespace mxbalance::db {

/// Runs `work` and evaluates the pools once after it, however many of their rows `work` edits: which members are
/// answered, with an event for each change, and which servers are safe to stop.
void evaluate_pools_once(Connection& connection, const std::function<void()>& work);

}  // namespace mxbalance::db
