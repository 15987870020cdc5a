// One connection's conversation with PowerDNS: requests in any of the four transport forms in, replies out. No
// sockets. One thread at a time; each connection has a session of its own, and sessions share a Service.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "backend/remote/service.h"

namespace mxbalance::remote {

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

class Session {
 public:
  /// `service` must outlive the session.
  explicit Session(Service& service) : service_(service) {}

  /// When a transaction that was left open goes; absent: there is none.
  std::optional<std::chrono::steady_clock::time_point> expires_at() const;
  void expire();

  /// Answers one HTTP request: REST, `post` or `post_json` form. Never throws: what goes wrong is a status with a
  /// sentence. PowerDNS reads 404 as "no such data", anything else from 400 up as an error (SERVFAIL).
  HttpReply http(const HttpRequest& request) noexcept;

  /// Answers one line of the Unix socket, without its newline; the reply has none either. Absent: the connection
  /// must be closed without a reply, the only error that PowerDNS sees there. Never throws.
  std::optional<std::string> line(std::string_view json) noexcept;

 private:
  template <class Read>
  std::string call(const Read& read_request);

  Service& service_;
  Transaction transaction_;
  std::chrono::steady_clock::time_point last_used_;
};

}  // namespace mxbalance::remote
