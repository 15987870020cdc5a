#include "backend/answer/draw.h"

#include <functional>

namespace mxbalance::answer {

namespace {

constexpr std::uint64_t golden_ratio = 0x9E3779B97F4A7C15;  // its fraction × 2⁶⁴

/// The final step of SplitMix64: each bit of the value affects every bit of the result.
constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EB;
  return value ^ (value >> 31U);
}

}  // namespace

std::uint64_t Draw::below(std::uint64_t total) const {
  __extension__ using Product = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Product>(value_) * total) >> 64U);
}

Draw Draw::next() const {
  return Draw(mix(value_ + golden_ratio));
}

DrawTable::DrawTable(std::uint64_t seed)
    : phases_(std::make_unique<std::array<std::atomic<std::uint64_t>, slots>>()) {
  for (auto& phase : *phases_) {
    seed += golden_ratio;
    phase.store(mix(seed), std::memory_order_relaxed);
  }
}

Draw DrawTable::next(std::string_view owner_name) {
  auto& phase = (*phases_)[std::hash<std::string_view>{}(owner_name) % slots];
  return Draw(phase.fetch_add(golden_ratio, std::memory_order_relaxed));
}

}  // namespace mxbalance::answer
