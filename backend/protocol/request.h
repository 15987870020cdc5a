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
  std::optional<Question> question = {};  ///< instead of parameters, when read_question() could read it
};

/// The most levels of lists and objects in a request. PowerDNS sends four.
inline constexpr int deepest_request = 8;

/// `text` with a question mark for each byte that is not ASCII. Such bytes are in the salt of feedEnts3, which is
/// sent raw and is not used.
std::string in_ascii(std::string_view text);

/// Reads `{"method":…,"parameters":{…}}`: lines of the Unix socket and bodies of the `post_json` form. The memory
/// of the values is added to `memory`. Throws BadRequest and MemoryShortage.
Request parse_json_request(std::string_view text, db::MemoryShare& memory);

/// Reads the parameters of `method` only, for the `post` form.
Parameters parse_json_parameters(std::string_view method, std::string_view text, db::MemoryShare& memory);

}  // namespace mxbalance::remote
