// How weights become an order or a choice. The functions take the draw as an argument and hold no randomness: the
// same draw gives the same result. Weights are at least 1 each, and their sum is below 2⁶⁴.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/answer/draw.h"

namespace mxbalance::answer {

/// All indices of `weights` in a weighted order: the first in proportion to the weights, the second drawn by
/// weight from the others, the rest following the second in a fixed cycle. So n members make n(n−1) orders for
/// DNSSEC to sign, not n!.
std::vector<std::size_t> weighted_order(std::span<const std::uint64_t> weights, Draw draw);

/// The largest subset, of at most `most` (1 or more), whose shares can be exact: k with k·w_max ≤ W.
std::size_t exact_subset_size(std::span<const std::uint64_t> weights, std::size_t most);

/// `size` indices of `weights`, each included with probability size·w/W (systematic sampling), the first of them
/// in proportion to the weights: whoever picks one uniformly, or takes the first, reaches each by its weight.
/// `size` as exact_subset_size allows.
std::vector<std::size_t> weighted_subset(std::span<const std::uint64_t> weights, std::size_t size, Draw draw);

}  // namespace mxbalance::answer
