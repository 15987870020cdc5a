// From the results of probes to the health of an address: rise, fall, and holding down what flaps. Pure.
#pragma once

#include <chrono>

#include "db/lookup/model.h"

namespace mxbalance::health {

using Time = std::chrono::steady_clock::time_point;

/// What an address's results have led to so far.
struct Standing {
  db::Health health = db::Health::unknown;
  bool last_passed = false;
  unsigned in_a_row = 0;  ///< results like the last one that its health does not show yet
  unsigned flaps = 0;     ///< times in a row that it went down soon after it had come up
  Time came_up{};         ///< the last time, by a probe; the epoch: never
  Time held_until{};      ///< it stays down until then
  bool operator==(const Standing&) const = default;
};

struct Rules {
  unsigned rise = 2;
  unsigned fall = 3;
  std::chrono::milliseconds interval{10000};
};

/// An address that was up for fewer intervals than this, when it goes down, flaps. It is also the longest hold.
inline constexpr int calm_intervals = 30;

/// The standing after one more result, at `now`.
///
/// Down after `fall` failed probes in a row, up after `rise` passed ones; an address of unknown health too. What
/// flaps stays down for 2, 4, 8, … times `rise` intervals, at most calm_intervals of them; then the probes that
/// have passed in the meantime count. One that was up for calm_intervals starts anew.
Standing after_probe(Standing standing, bool passed, const Rules& rules, Time now);

}  // namespace mxbalance::health
