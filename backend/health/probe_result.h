// The result of a probe. A value; no thread rule.
#pragma once

#include <string>

namespace mxbalance::health {

struct ProbeResult {
  enum class Verdict {
    passed,
    failed,
    not_made,    ///< for a local reason, such as no route or no descriptors; says nothing about the address
    tls_failed,  ///< TLS is optional and failed; a sender would connect again without TLS (RFC 7435)
  };

  Verdict verdict = Verdict::not_made;
  std::string reason;         ///< why it failed or was not made, for people to read
  std::string tls_problem{};  ///< why TLS failed, if this probe was made again without TLS
};

}  // namespace mxbalance::health
