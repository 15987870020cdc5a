// When pools are judged: who is answered, and who is safe to stop. Inside the caller's write transaction.
#pragma once

#include <functional>

#include "db/store/connection.h"

namespace mxbalance::db {

/// Runs `work`, after which pools are judged once, however many rows of them it edits: who is answered, with an
/// event where that has changed, and who is safe to stop.
void judge_pools_once(Connection& connection, const std::function<void()>& work);

}  // namespace mxbalance::db
