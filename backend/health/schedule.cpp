#include "backend/health/schedule.h"

#include <algorithm>

namespace mxbalance::health {

namespace {

constexpr int jitter_parts = 10;  // the jitter is one of so many parts of the interval

}  // namespace

void Schedule::add(std::uint64_t key, std::chrono::milliseconds interval, Time now) {
  entries_.push({now + any_up_to(interval), key});
}

void Schedule::add_again(std::uint64_t key, std::chrono::milliseconds interval, Time begun, Time now) {
  entries_.push({std::max(now, begun + interval - any_up_to(interval / jitter_parts)), key});
}

std::optional<std::uint64_t> Schedule::take_due(Time now) {
  if (entries_.empty() || entries_.top().due > now) return std::nullopt;
  const std::uint64_t key = entries_.top().key;
  entries_.pop();
  return key;
}

std::optional<Time> Schedule::next() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.top().due;
}

std::chrono::microseconds Schedule::any_up_to(std::chrono::microseconds most) {
  return std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, most.count())(random_));
}

}  // namespace mxbalance::health
