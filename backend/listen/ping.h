// Asks a running service, as PowerDNS would, whether it answers and can read its store, and which service probes.
// Keeps no state.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "backend/sockets/endpoint.h"

namespace mxbalance::listen {

struct Pong {
  std::string problem;  ///< why the service cannot answer from its store, as a sentence; empty: it can
  std::string probing;  ///< which service probes the mail servers, as a sentence; empty: unknown
};

/// Whether a line, or the body of an HTTP request, is a question of ping.
bool is_of_ping(std::string_view request);

/// Asks the service on the Unix socket at `path`. Waits for each reply for at most `patience`.
Pong ping_unix(const std::string& path, std::chrono::milliseconds patience);

/// Asks the service over HTTP. Waits for each reply for at most `patience`.
Pong ping_http(const HttpAddress& address, std::chrono::milliseconds patience);

}  // namespace mxbalance::listen
