#include "db/edits/chores.h"

#include "db/edits/pool_evaluation.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// Starts counting the changes of newly added zones, at the next second. The rows that load such a zone are
/// written by then and are not counted. Limited in number, so that other writers wait only for milliseconds.
void count_changes(Connection& connection) {
  execute(connection,
          "UPDATE zone_changes SET counting = 1 WHERE domain_id IN"
          " (SELECT domain_id FROM zone_changes WHERE NOT counting LIMIT 20000)");
}

void evaluate_postponed_pools(Connection& connection) {
  evaluate_pools_once(connection, [] {});
  execute(connection, "DELETE FROM postponed_pools");  // needed where somebody has dropped the triggers
}

}  // namespace

std::vector<Database::Chore> chores_of_service() {
  return {{.is_due =
               [](Connection& connection) {
                 return exists(connection, "SELECT 1 FROM zone_changes WHERE NOT counting");
               },
           .work = count_changes},
          {.is_due = [](Connection& connection) { return exists(connection, "SELECT 1 FROM postponed_pools"); },
           .work = evaluate_postponed_pools}};
}

}  // namespace mxbalance::db
