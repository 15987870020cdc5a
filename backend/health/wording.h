// The wording of reasons in probe results. Stateless; safe from any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace mxbalance::health {

/// Text of a server as one short line: at most 200 characters, with "?" for bytes that are not printable ASCII.
std::string shown(std::string_view text);

/// Text such as "25 s" or "400 ms".
std::string in_words(std::chrono::milliseconds time);

/// The text of an errno, such as "connection refused".
std::string problem_of(int error);

}  // namespace mxbalance::health
