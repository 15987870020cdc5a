// HTTP requests and replies as a conversation sees them. Values.
#pragma once

#include <string>
#include <string_view>

namespace mxbalance::listen {

/// An HTTP request as the listener read it. The views hold for the call.
struct HttpRequest {
  std::string_view verb;          ///< such as GET
  std::string_view target;        ///< raw: percent-encoding kept, with the query string
  std::string_view content_type;  ///< empty if there was none
  std::string_view body;
  std::string_view zone_id;  ///< the header X-RemoteBackend-Zone-Id, empty if there was none
};

struct HttpReply {
  int status = 200;
  std::string body;  ///< JSON, always
};

}  // namespace mxbalance::listen
