#include "backend/answer/policies.h"

#include <algorithm>
#include <numeric>

namespace mxbalance::answer {

namespace {

std::uint64_t total(std::span<const std::uint64_t> weights) {
  return std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
}

/// The index of the weight that covers `position` when the weights are laid end to end. `position` is below their
/// sum.
std::size_t index_at(std::span<const std::uint64_t> weights, std::uint64_t position) {
  std::size_t index = 0;
  while (index + 1 < weights.size() && position >= weights[index])
    position -= weights[index++];
  return index;
}

}  // namespace

std::vector<std::size_t> weighted_order(std::span<const std::uint64_t> weights, Draw draw) {
  std::vector<std::size_t> order;
  if (weights.empty()) return order;
  const std::size_t first = index_at(weights, draw.below(total(weights)));
  order.push_back(first);
  if (weights.size() == 1) return order;

  std::vector<std::uint64_t> others(weights.begin(), weights.end());
  others[first] = 0;
  const std::size_t second = index_at(others, draw.next().below(total(others)));
  for (std::size_t step = 0; step < weights.size(); ++step) {
    const std::size_t index = (second + step) % weights.size();
    if (index != first) order.push_back(index);
  }
  return order;
}

std::size_t exact_subset_size(std::span<const std::uint64_t> weights, std::size_t most) {
  if (weights.empty()) return 0;
  const std::uint64_t largest = *std::max_element(weights.begin(), weights.end());
  // A member's weight divided among its addresses is rounded down. This loss must not reduce the size.
  const std::uint64_t sum = total(weights);
  const std::uint64_t size = (sum + (sum >> 24U)) / largest;
  return std::clamp<std::size_t>(size, 1, std::min(most, weights.size()));
}

std::vector<std::size_t> weighted_subset(std::span<const std::uint64_t> weights, std::size_t size, Draw draw) {
  std::vector<std::size_t> chosen;
  const std::uint64_t sum = total(weights);
  if (sum == 0 || size == 0) return chosen;
  const std::uint64_t start = draw.below(sum);
  for (std::size_t step = 0; step < size; ++step) {
    const std::size_t index = index_at(weights, (start + sum / size * step + sum % size * step / size) % sum);
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  }
  return chosen;
}

}  // namespace mxbalance::answer
