#include "backend/health/rise_and_fall.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace mxbalance::health {
namespace {

using db::Health;
using std::chrono::milliseconds;

char letter_of(Health health) {
  return health == Health::up ? 'U' : health == Health::down ? 'D' : '?';
}

/// One probe an interval; the health after each, as U, D or ?.
class Walk {
 public:
  explicit Walk(Rules rules, Health begin = Health::unknown, Time now = Time{} + std::chrono::hours(1))
      : rules_(rules), now_(now) {
    standing_.health = begin;
  }

  /// '+' for a passed probe, '-' for a failed one.
  std::string after(std::string_view results) {
    std::string healths;
    for (const char result : results) {
      now_ += rules_.interval;
      standing_ = after_probe(standing_, result == '+', rules_, now_);
      healths += letter_of(standing_.health);
    }
    return healths;
  }

  /// How many passed probes it takes to come up.
  int probes_until_up() {
    for (int probes = 1; probes < 1000; ++probes) {
      if (after("+") == "U") return probes;
    }
    return -1;
  }

 private:
  Rules rules_;
  Standing standing_;
  Time now_;
};

TEST(RiseAndFall, NeedResultsInARow) {
  const struct {
    const char* why;
    unsigned rise;
    unsigned fall;
    Health begin;
    const char* results;
    const char* healths;
  } cases[] = {
      {"unknown comes up after rise", 2, 3, Health::unknown, "++", "?U"},
      {"unknown goes down after fall", 2, 3, Health::unknown, "---", "??D"},
      {"unknown with mixed results stays unknown", 2, 3, Health::unknown, "+-+--+", "??????"},
      {"up falls after fall", 2, 3, Health::up, "---", "UUD"},
      {"one passed probe starts the count anew", 2, 3, Health::up, "--+--+---", "UUUUUUUUD"},
      {"down comes up after rise", 2, 3, Health::down, "++", "DU"},
      {"one failed probe starts the count anew", 2, 3, Health::down, "+-+-++", "DDDDDU"},
      {"at once with 1", 1, 1, Health::up, "-", "D"},
      {"at once with 1, and back", 1, 1, Health::unknown, "+-", "UD"},
      {"what is down stays down", 1, 1, Health::down, "---", "DDD"},
      {"what is up stays up", 5, 1, Health::up, "++", "UU"},
  };
  for (const auto& item : cases) {
    Walk walk({.rise = item.rise, .fall = item.fall, .interval = milliseconds(10)}, item.begin);
    EXPECT_EQ(walk.after(item.results), item.healths) << item.why;
  }
}

TEST(RiseAndFall, HoldDownWhatFlaps) {
  Walk walk({.rise = 2, .fall = 3, .interval = milliseconds(10)}, Health::up);
  walk.after("---");
  EXPECT_EQ(walk.probes_until_up(), 2) << "the first time is no flapping";
  for (const int hold : {4, 8, 16, 30, 30, 30}) {
    walk.after("---");
    EXPECT_EQ(walk.probes_until_up(), hold);
  }
}

TEST(RiseAndFall, HoldNothingThatFallsForTheFirstTime) {
  const Rules rules{.rise = 2, .fall = 3, .interval = milliseconds(10)};
  Walk just_started(rules, Health::up, Time{});
  just_started.after("---");
  EXPECT_EQ(just_started.probes_until_up(), 2) << "the clock begins when the machine starts";
  Walk first_seen_up(rules);
  first_seen_up.after("++---");
  EXPECT_EQ(first_seen_up.probes_until_up(), 2) << "it was not down before";
}

TEST(RiseAndFall, ForgiveAfterACalmTime) {
  Walk walk({.rise = 2, .fall = 3, .interval = milliseconds(10)}, Health::up);
  walk.after("---++---");
  EXPECT_EQ(walk.probes_until_up(), 4);
  walk.after(std::string(calm_intervals, '+'));
  walk.after("---");
  EXPECT_EQ(walk.probes_until_up(), 2);
}

TEST(RiseAndFall, HoldWhatStillFailsNoLonger) {
  Walk walk({.rise = 2, .fall = 3, .interval = milliseconds(10)}, Health::up);
  walk.after("---++---");
  walk.after(std::string(10, '-'));
  EXPECT_EQ(walk.probes_until_up(), 2) << "the hold is over by then";
}

}  // namespace
}  // namespace mxbalance::health
