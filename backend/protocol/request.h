// A request of PowerDNS, whatever transport form it came in. Values; no thread rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/protocol/parameters.h"
#include "backend/protocol/question.h"
#include "db/base/memory_budget.h"

namespace mxbalance::remote {

struct Request {
  std::string method;
  Parameters parameters;
  std::optional<Question> question = {};  ///< in place of the parameters, where read_question() could read them
};

/// Lists and objects within each other. PowerDNS has four.
inline constexpr int deepest_request = 8;

/// Reads `{"method":…,"parameters":{…}}`: the Unix socket's lines and the bodies of the `post_json` form. `memory`
/// grows by what the values take. Throws BadRequest, and MemoryShortage.
Request parse_json_request(std::string_view text, db::MemoryShare& memory);

/// Reads the parameters object of `method` alone: the `post` form.
Parameters parse_json_parameters(std::string_view method, std::string_view text, db::MemoryShare& memory);

}  // namespace mxbalance::remote
