// Time as the store has it: seconds since 1970, in UTC. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <string>

namespace mxbalance::db {

/// Seconds since 1970.
std::int64_t seconds_now();

/// The time `seconds` (since 1970) as text such as 2025-11-24T08:15:00Z.
std::string utc_time(std::int64_t seconds);

}  // namespace mxbalance::db
