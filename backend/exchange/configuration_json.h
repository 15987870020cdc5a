// The configuration as a JSON file for version control: one row on each line, always in the same order. Stateless;
// safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "db/configuration/configuration.h"

namespace mxbalance::exchange {

/// Throws db::Refusal, which names the row, where the store holds text that is not UTF-8.
std::string to_json(const db::Configuration& configuration);

/// The longest file that is read, in bytes.
inline constexpr std::size_t longest_file = std::size_t{128} << 20U;

/// Reads `text`. Names and addresses may have any spelling. Missing fields get their defaults, except health,
/// which then stays unchanged. Throws db::Refusal with the path of the wrong value, such as
/// pools[2].members[0].weight, the value, and what is allowed.
db::Configuration from_json(std::string_view text);

}  // namespace mxbalance::exchange
