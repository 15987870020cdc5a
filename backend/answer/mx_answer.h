// Makes the MX records of a name at which a pool is published. Pure.
#pragma once

#include <optional>
#include <vector>

#include "backend/answer/draw.h"
#include "backend/answer/row.h"
#include "db/lookup/model.h"

namespace mxbalance::answer {

/// Appends the pool's MX records: in the order given by `draw`, or, without a draw, every eligible member with the
/// preference of its tier. Throws NothingToAnswer where there is none.
void append_mx(const db::Pool& pool, std::optional<Draw> draw, std::vector<Row>& rows);

}  // namespace mxbalance::answer
