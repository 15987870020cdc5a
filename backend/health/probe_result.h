// What came of a probe. A value; no thread rule.
#pragma once

#include <string>

namespace mxbalance::health {

struct ProbeResult {
  enum class Verdict {
    passed,
    failed,
    not_made,  ///< for want of something here, such as a route or descriptors: it says nothing of the address
  };

  Verdict verdict = Verdict::not_made;
  std::string reason;  ///< why it failed or was not made, for people
};

}  // namespace mxbalance::health
