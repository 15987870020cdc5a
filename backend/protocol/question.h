// What a lookup asks: nearly all requests are lookups. Values; no thread rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/protocol/parameters.h"

namespace mxbalance::remote {

struct Question {
  std::string owner_name;  ///< as it was asked for, in PowerDNS's presentation form
  std::string type;        ///< upper case
  std::int64_t zone_id = -1;
  bool is_for_editing = false;  ///< APILookup: PowerDNS's API shows what can be edited
};

/// The question in the parameters of the methods lookup and APILookup, as of the former. Throws BadRequest.
Question question_of(const Parameters& parameters);

/// Reads a lookup as PowerDNS's post_json and Unix forms write it, without a tree of its values, which would cost
/// as much as the answer. Absent for everything else, also for what has an escape or a wrong type in it:
/// parse_json_request() reads that, and says what is wrong.
std::optional<Question> read_question(std::string_view json);

}  // namespace mxbalance::remote
