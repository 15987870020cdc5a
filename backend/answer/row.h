// A row of an answer, and what stands in place of one. Values.
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
  bool auth = true;       ///< the zone's own data, neither a delegation nor glue (RFC 4035 §2.2)
  bool turns = false;     ///< the next lookup may answer differently: PowerDNS must cache it nowhere
};

/// A published pool, or records that say where mail goes, of which nothing can be served. The only safe answer is
/// an error, which senders retry: "no such data" would send mail to the domain's own address, or bounce it.
class NothingToAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether a question for `question`, a type or ANY, asks for `type`, too.
inline bool asks_for(std::string_view question, std::string_view type) {
  return question == type || question == "ANY";
}

}  // namespace mxbalance::answer
