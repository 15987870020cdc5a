// Turns the results of probes into the health of an address: rise, fall, and a hold for addresses that flap. Pure.
#pragma once

#include <chrono>

#include "db/lookup/model.h"

namespace mxbalance::health {

using Time = std::chrono::steady_clock::time_point;

/// The state of an address after its results so far.
struct Standing {
  db::Health health = db::Health::unknown;
  bool last_passed = false;
  unsigned in_a_row = 0;  ///< equal results in a row that have not changed the health yet
  unsigned flaps = 0;     ///< how many times in a row it went down soon after it had come up
  Time came_up{};         ///< when a probe last brought it up; the epoch: never
  Time held_until{};      ///< it stays down until then
  bool operator==(const Standing&) const = default;
};

struct Rules {
  unsigned rise = 2;
  unsigned fall = 3;
  std::chrono::milliseconds interval{10000};
};

/// An address that goes down after fewer intervals than this flaps. This is also the longest hold.
inline constexpr int calm_intervals = 30;

/// The state after one more result, at `now`.
/// Down after `fall` failed probes in a row, up after `rise` successful ones; also from unknown health. An address
/// that flaps stays down for 2, 4, 8, … times `rise` intervals, but at most calm_intervals of them. After that,
/// the successful probes made meanwhile count. The count of flaps starts again when an address was up for
/// calm_intervals.
Standing after_probe(Standing standing, bool passed, const Rules& rules, Time now);

}  // namespace mxbalance::health
