// The TTL of records.
#pragma once

#include <cstdint>

namespace mxbalance::db {

/// The largest TTL in seconds (RFC 2181 §8). Receivers take one with the highest of its 32 bits set for 0.
inline constexpr std::uint32_t longest_ttl = 2147483647;

}  // namespace mxbalance::db
