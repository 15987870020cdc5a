// Draws that tests choose, and how near a count must come to a share.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "backend/answer/draw.h"

namespace mxbalance::answer {

/// The fraction of the golden ratio, times 2⁶⁴.
inline constexpr std::uint64_t golden_step = 0x9E3779B97F4A7C15;

/// The lowest draw of which below(denominator) is `numerator`: the fraction itself, rounded up.
constexpr Draw draw_at(std::uint64_t numerator, std::uint64_t denominator) {
  __extension__ using Wide = unsigned __int128;
  return Draw(static_cast<std::uint64_t>(((static_cast<Wide>(numerator) << 64U) + denominator - 1) / denominator));
}

/// How far `count` of `total` is from `share` (0 to 1), in percentage points.
inline double points_off(std::size_t count, std::size_t total, double share) {
  return std::abs(static_cast<double>(count) / static_cast<double>(total) - share) * 100;
}

}  // namespace mxbalance::answer
