#include "db/edits/judging.h"

#include "db/store/bound_statement.h"

namespace mxbalance::db {

void judge_pools_once(Connection& connection, const std::function<void()>& work) {
  execute(connection, "INSERT INTO postponements (id) VALUES (NULL)");
  work();
  execute(connection, "DELETE FROM postponements");
}

}  // namespace mxbalance::db
