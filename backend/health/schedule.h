// When each address is to be probed. Pure values; time is an argument. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <vector>

#include "backend/health/rise_and_fall.h"

namespace mxbalance::health {

/// Keys with the times when they are due. An address is probed every nine tenths to whole intervals, so that many
/// do not keep step, and none is probed later than its interval says.
class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : random_(seed) {}

  /// For the first time: within the first interval, at a random moment of it.
  void add(std::uint64_t key, std::chrono::milliseconds interval, Time now);

  /// Once more, after a probe that began at `begun`: not before `now`.
  void add_again(std::uint64_t key, std::chrono::milliseconds interval, Time begun, Time now);

  /// Takes out one that is due at `now`.
  std::optional<std::uint64_t> take_due(Time now);

  /// When the next one is due; absent: none is there.
  std::optional<Time> next() const;

 private:
  struct Entry {
    Time due;
    std::uint64_t key;
    bool operator>(const Entry& other) const { return due > other.due; }
  };

  /// From 0 to `most`.
  std::chrono::microseconds any_up_to(std::chrono::microseconds most);

  std::mt19937_64 random_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
};

}  // namespace mxbalance::health
