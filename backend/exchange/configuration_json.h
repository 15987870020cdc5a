// The configuration as a JSON file that people keep in version control: one row a line, always in the same order.
// Stateless; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "db/configuration/configuration.h"

namespace mxbalance::exchange {

/// Throws db::Refusal, naming the row, where the store holds text that is no UTF-8.
std::string to_json(const db::Configuration& configuration);

/// The longest file that is read, in bytes.
inline constexpr std::size_t longest_file = std::size_t{128} << 20U;

/// Reads `text`, with names and addresses in any spelling. Fields that are left out have their defaults; of health
/// nothing is said then. Throws
/// db::Refusal with the path of what is wrong, such as pools[2].members[0].weight, the value and what is allowed.
db::Configuration from_json(std::string_view text);

}  // namespace mxbalance::exchange
