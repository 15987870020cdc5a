#include "db/edits/pool_evaluation.h"

#include "db/store/bound_statement.h"

namespace mxbalance::db {

void evaluate_pools_once(Connection& connection, const std::function<void()>& work) {
  execute(connection, "INSERT INTO postponements (id) VALUES (NULL)");
  work();
  execute(connection, "DELETE FROM postponements");
}

}  // namespace mxbalance::db
