// Turn weights into an order or a choice. The draw is an argument: the same draw gives the same result. Each
// weight is at least 1, and their sum is below 2⁶⁴.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/answer/draw.h"

namespace mxbalance::answer {

/// All indices of `weights` in a weighted order. The first is chosen by weight, the second by weight from the
/// others, and the rest follow the second in a fixed cycle. So n members have n(n−1) orders that DNSSEC must sign,
/// instead of n!.
std::vector<std::size_t> weighted_order(std::span<const std::uint64_t> weights, Draw draw);

/// The size of the largest subset, of at most `most` (1 or more) members, whose shares can be exact: k with
/// k·w_max ≤ W.
std::size_t exact_subset_size(std::span<const std::uint64_t> weights, std::size_t most);

/// Chooses `size` indices of `weights`, each with probability size·w/W (systematic sampling). The first one is
/// chosen in proportion to the weights. A sender that takes the first, or any one at random, reaches each member
/// by its weight. `size` is at most exact_subset_size().
std::vector<std::size_t> weighted_subset(std::span<const std::uint64_t> weights, std::size_t size, Draw draw);

}  // namespace mxbalance::answer
