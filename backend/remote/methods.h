// The methods of the protocol: their names, and where the REST form keeps their parameters. Constant; safe from
// any thread. Source: PowerDNS's connectors (modules/remotebackend/httpconnector.cc) and the "Remote Backend"
// page.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace mxbalance::remote {

struct Method {
  std::string_view name;
  std::string_view verb;                      ///< of the REST form; empty: not sent there
  std::array<std::string_view, 4> path = {};  ///< parameters in the path elements after the name, in order
};

/// The method called `name`; null when the protocol has none.
const Method* find_method(std::string_view name);

}  // namespace mxbalance::remote
