// How an answer is made: what stands at an owner name, health as of now and a draw in, rows out. Pure; read
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

/// What the store does not say of a moment.
struct Moment {
  std::int64_t now = 0;                         ///< seconds since 1970
  const db::HealthSnapshot* reports = nullptr;  ///< health that is not written yet; null: there is none
};

/// The contents with health as of that moment, and with the weights of servers that start slowly.
std::shared_ptr<const db::NameContents> as_of(const Moment& moment,
                                              std::shared_ptr<const db::NameContents> contents);

/// The rows for a question of `type` (upper case, or ANY) at the name: those that turn first, static ones last. An
/// empty non-terminal answers ANY with one row without a type. Throws NothingToAnswer.
std::vector<Row> make_answer(const db::NameContents& contents, std::string_view type, Draw draw);

/// The rows at the name for a zone transfer, by the health that is written, so that the same serial has the same
/// rows: every member that may be answered, at its tier's preference; of an empty non-terminal one row without a
/// type. Throws NothingToAnswer.
std::vector<Row> make_transfer(const db::NameContents& contents);

}  // namespace mxbalance::answer
