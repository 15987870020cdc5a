// What a running service does in the store beside all edits, each second (Database::Chore). Stateless.
#pragma once

#include <vector>

#include "db/store/database.h"

namespace mxbalance::db {

/// Serials of zones that were added begin to move with their changes; pools that began or ceased to be published
/// are judged.
std::vector<Database::Chore> chores_of_service();

}  // namespace mxbalance::db
