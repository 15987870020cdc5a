// The methods of the protocol: their names, the places of their parameters in the REST form, and their handlers.
// Constant; safe from any thread. Source: PowerDNS's connectors (modules/remotebackend/httpconnector.cc) and the
// page "Remote Backend".
#pragma once

#include <array>
#include <string_view>
#include <variant>

#include "backend/remote/service.h"

namespace mxbalance::remote {

struct Method {
  enum class Kind {
    reads,
    writes,  ///< refused by a read-only service; a failure prevents the commit of the transaction
    polls,   ///< of PowerDNS's communicator; on a failure the reply is `otherwise`, because an error ends
             ///< pdns_server
  };

  std::string_view name;
  std::string_view verb;                 ///< of the REST form; empty: that form does not have the method
  std::array<std::string_view, 4> path;  ///< the parameters in the path after the method's name, in order
  std::variant<Service::Handler, Service::LongHandler> handler;
  Kind kind = Kind::reads;
  std::string_view otherwise = {};
};

/// The method with this name. Null when the protocol has none.
const Method* find_method(std::string_view name);

}  // namespace mxbalance::remote
