// Decides when each address is probed. Pure values; time is an argument. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <vector>

#include "backend/health/rise_and_fall.h"

namespace mxbalance::health {

/// Keys with the times when they are due. An address is probed again after nine tenths of its interval to a whole
/// one. So many addresses are not probed at the same moments, and none is probed later than its interval says.
class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : random_(seed) {}

  /// Adds a key for its first probe, at a random time within the first interval.
  void add(std::uint64_t key, std::chrono::milliseconds interval, Time now);

  /// Adds a key again after a probe that began at `begun`. The next probe is not before `now`.
  void add_again(std::uint64_t key, std::chrono::milliseconds interval, Time begun, Time now);

  /// Removes and returns a key that is due at `now`.
  std::optional<std::uint64_t> take_due(Time now);

  /// When the next key is due; absent: there is none.
  std::optional<Time> next() const;

 private:
  struct Entry {
    Time due;
    std::uint64_t key;
    bool operator>(const Entry& other) const { return due > other.due; }
  };

  /// A random time from 0 to `most`.
  std::chrono::microseconds any_up_to(std::chrono::microseconds most);

  std::mt19937_64 random_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
};

}  // namespace mxbalance::health
