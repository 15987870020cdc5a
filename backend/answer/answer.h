// Makes an answer: from the contents of an owner name, the health now and a draw to the rows. Pure. Read
// answer.cpp from top to bottom.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "backend/answer/draw.h"
#include "backend/answer/row.h"
#include "db/lookup/health_snapshot.h"
#include "db/lookup/model.h"

namespace mxbalance::answer {

/// Facts about a moment that the store does not hold.
struct Moment {
  std::int64_t now = 0;                         ///< seconds since 1970
  const db::HealthSnapshot* reports = nullptr;  ///< health that is not written yet; null: none
};

/// The contents with the health at that moment, and with the weights of servers in slow start.
std::shared_ptr<const db::NameContents> as_of(const Moment& moment,
                                              std::shared_ptr<const db::NameContents> contents);

/// The rows for a question of `type` (upper case, or ANY) at the name: first the rows that may change with the
/// next lookup, then the static ones. An empty non-terminal answers ANY with one row without a type. Throws
/// NothingToAnswer.
std::vector<Row> make_answer(const db::NameContents& contents, std::string_view type, Draw draw);

/// The rows at the name for a zone transfer. Only health that is written to the store counts, so that one serial
/// always has the same rows. Every eligible member is included, with the preference of its tier. An empty
/// non-terminal has one row without a type. Throws NothingToAnswer.
std::vector<Row> make_transfer(const db::NameContents& contents);

}  // namespace mxbalance::answer
