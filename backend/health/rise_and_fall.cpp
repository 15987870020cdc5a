#include "backend/health/rise_and_fall.h"

#include <algorithm>

namespace mxbalance::health {

namespace {

using db::Health;

constexpr unsigned most_flaps = 16;

std::chrono::milliseconds hold(unsigned flaps, const Rules& rules) {
  if (flaps == 0) return std::chrono::milliseconds{0};
  const auto wanted = rules.interval * rules.rise * (1U << std::min(flaps, most_flaps));
  return std::min<std::chrono::milliseconds>(wanted, rules.interval * calm_intervals);
}

Standing fallen(const Standing& before, const Rules& rules, Time now) {
  Standing standing{.health = Health::down, .came_up = before.came_up};
  const bool has_come_up = before.came_up != Time{};
  if (has_come_up && now - before.came_up < rules.interval * calm_intervals) standing.flaps = before.flaps + 1;
  standing.held_until = now + hold(standing.flaps, rules);
  return standing;
}

}  // namespace

Standing after_probe(Standing standing, bool passed, const Rules& rules, Time now) {
  if (standing.last_passed != passed) standing.in_a_row = 0;
  standing.last_passed = passed;
  if (standing.health == (passed ? Health::up : Health::down)) {
    standing.in_a_row = 0;
    return standing;
  }
  ++standing.in_a_row;
  if (!passed) return standing.in_a_row >= rules.fall ? fallen(standing, rules, now) : standing;
  if (standing.in_a_row < rules.rise || now < standing.held_until) return standing;
  if (standing.health == Health::down) standing.came_up = now;
  standing.health = Health::up;
  standing.in_a_row = 0;
  return standing;
}

}  // namespace mxbalance::health
