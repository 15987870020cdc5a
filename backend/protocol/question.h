// The question of a lookup. Nearly all requests are lookups. Values; no thread rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/protocol/parameters.h"

namespace mxbalance::remote {

struct Question {
  std::string owner_name;  ///< as in the request, in PowerDNS's presentation form
  std::string type;        ///< upper case
  std::int64_t zone_id = -1;
  bool is_for_editing = false;  ///< for the method APILookup: PowerDNS's API shows records for editing
};

/// Reads the question from the parameters of the methods lookup and APILookup. is_for_editing is false. Throws
/// BadRequest.
Question question_of(const Parameters& parameters);

/// Reads a lookup as PowerDNS writes it in its post_json and Unix forms. It makes no tree of JSON values, which
/// would cost as much as the answer. Absent for other requests, and for lookups with an escape or a wrong type;
/// parse_json_request() reads these and says what is wrong.
std::optional<Question> read_question(std::string_view json);

}  // namespace mxbalance::remote
