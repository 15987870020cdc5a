// Reads JSON within limits and reports where an error is, because a file may come from any script. Stateless; safe
// from any thread.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace mxbalance::exchange {

/// The most levels of lists and objects. A file of `export` has seven.
inline constexpr int deepest_value = 16;
/// The most values in a file. Each takes some hundred bytes while it is read.
inline constexpr std::size_t most_values = 10'000'000;

struct JsonProblem : std::runtime_error {
  JsonProblem(std::string where, const std::string& what) : std::runtime_error(what), path(std::move(where)) {}
  std::string path;  ///< such as pools[2].members[0].weight; empty: the whole file
};

/// Throws JsonProblem for invalid JSON, and for an object that has a field twice.
nlohmann::ordered_json parse_placed(std::string_view text);

}  // namespace mxbalance::exchange
