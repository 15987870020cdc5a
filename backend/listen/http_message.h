// HTTP requests and replies, as a conversation receives and returns them. Values.
#pragma once

#include <string>
#include <string_view>

namespace mxbalance::listen {

/// An HTTP request. The views are valid during the call.
struct HttpRequest {
  std::string_view verb;          ///< such as GET
  std::string_view target;        ///< raw: not percent-decoded, with the query string
  std::string_view content_type;  ///< empty: the request has none
  std::string_view body;
  std::string_view zone_id;  ///< the header X-RemoteBackend-Zone-Id; empty: the request has none
};

struct HttpReply {
  int status = 200;
  std::string body;  ///< always JSON
};

}  // namespace mxbalance::listen
