// The methods of the protocol: their names, where the REST form keeps their parameters, and what answers them.
// Constant; safe from any thread. Source: PowerDNS's connectors (modules/remotebackend/httpconnector.cc) and the
// "Remote Backend" page.
#pragma once

#include <array>
#include <string_view>
#include <variant>

#include "backend/remote/service.h"

namespace mxbalance::remote {

struct Method {
  enum class Kind {
    reads,
    writes,  ///< refused by a service that is read-only; what fails spoils the transaction
    polls,   ///< of PowerDNS's communicator, where an error ends pdns_server: `otherwise` is the reply then
  };

  std::string_view name;
  std::string_view verb;                 ///< of the REST form; empty: not sent there
  std::array<std::string_view, 4> path;  ///< parameters in the path elements after the name, in order
  std::variant<Service::Handler, Service::LongHandler> handler;
  Kind kind = Kind::reads;
  std::string_view otherwise = {};
};

/// The method called `name`; null when the protocol has none.
const Method* find_method(std::string_view name);

}  // namespace mxbalance::remote
