// Asks a running service one question, as PowerDNS would: whether it answers, and can read its store. No state.
#pragma once

#include <chrono>
#include <string>

#include "backend/listen/endpoint.h"

namespace mxbalance::listen {

/// Why the service on the Unix socket at `path` does not answer from its store within `patience`, as a sentence;
/// empty: it does.
std::string ping_unix(const std::string& path, std::chrono::milliseconds patience);

/// As ping_unix, over HTTP.
std::string ping_http(const HttpAddress& address, std::chrono::milliseconds patience);

}  // namespace mxbalance::listen
