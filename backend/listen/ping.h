// Asks a running service, as PowerDNS would, whether it answers and can read its store, and who probes. No state.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "backend/sockets/endpoint.h"

namespace mxbalance::listen {

struct Pong {
  std::string problem;  ///< why the service does not answer from its store, as a sentence; empty: it does
  std::string probing;  ///< which service probes the mail servers, as a sentence; empty: it does not say
};

/// Whether a line, or the body of an HTTP request, is what ping asks.
bool is_of_ping(std::string_view request);

/// Asks the service on the Unix socket at `path`; each reply must come within `patience`.
Pong ping_unix(const std::string& path, std::chrono::milliseconds patience);

/// As ping_unix, over HTTP.
Pong ping_http(const HttpAddress& address, std::chrono::milliseconds patience);

}  // namespace mxbalance::listen
