// What came of a probe. A value; no thread rule.
#pragma once

#include <string>

namespace mxbalance::health {

struct ProbeResult {
  enum class Verdict {
    passed,
    failed,
    not_made,    ///< for want of something here, such as a route or descriptors: it says nothing of the address
    tls_failed,  ///< where TLS is only tried: a sender would go on without it, on a new connection (RFC 7435)
  };

  Verdict verdict = Verdict::not_made;
  std::string reason;         ///< why it failed or was not made, for people
  std::string tls_problem{};  ///< why TLS failed, before it was made without
};

}  // namespace mxbalance::health
