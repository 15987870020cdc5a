// The periodic work of a running service in the store, each second (Database::Chore). Stateless.
#pragma once

#include <vector>

#include "db/store/database.h"

namespace mxbalance::db {

/// Two chores. The first starts counting the changes of newly added zones, so that each change raises their
/// serial. The second evaluates pools that were newly published or unpublished: which members are answered.
std::vector<Database::Chore> chores_of_service();

}  // namespace mxbalance::db
