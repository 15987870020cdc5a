// A row of an answer, and the exception for a name that cannot be answered. Values.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mxbalance::answer {

struct Row {
  std::string type;
  std::string content;
  std::uint32_t ttl = 0;  ///< seconds
  bool auth = true;       ///< authoritative data: neither a delegation nor glue (RFC 4035 §2.2)
  bool turns = false;     ///< the next answer may differ, so PowerDNS must not cache the row
};

/// Thrown when a published pool, or records that say where mail goes, cannot be served at all. The only safe
/// answer is an error, which senders retry. "No such data" would send mail to the domain's own address, or bounce
/// it.
class NothingToAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether a question for `question` (a type or ANY) includes `type`.
inline bool asks_for(std::string_view question, std::string_view type) {
  return question == type || question == "ANY";
}

}  // namespace mxbalance::answer
