// How the reasons of probes are worded. Stateless; safe from any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace mxbalance::health {

/// What a server sent, as one short line: 200 characters at most, bytes that are no printable ASCII as "?".
std::string shown(std::string_view text);

/// "25 s", "400 ms".
std::string in_words(std::chrono::milliseconds time);

/// An errno, such as "connection refused".
std::string problem_of(int error);

}  // namespace mxbalance::health
