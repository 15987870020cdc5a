// JSON that is read with the place of what is wrong, and within bounds: a file may come from anybody's script.
// Stateless; safe from any thread.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace mxbalance::exchange {

/// Lists and objects within each other; what `export` writes has seven.
inline constexpr int deepest_value = 16;
/// Each takes some hundred bytes while it is read.
inline constexpr std::size_t most_values = 10'000'000;

struct JsonProblem : std::runtime_error {
  JsonProblem(std::string where, const std::string& what) : std::runtime_error(what), path(std::move(where)) {}
  std::string path;  ///< such as pools[2].members[0].weight; empty: of the whole
};

/// Throws JsonProblem, also where an object has a field twice.
nlohmann::ordered_json parse_placed(std::string_view text);

}  // namespace mxbalance::exchange
