#include "backend/health/schedule.h"

#include <set>

#include <gtest/gtest.h>

namespace mxbalance::health {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds interval{1000};
constexpr unsigned many = 2000;
const Time begin = Time{} + std::chrono::hours(1);

TEST(Schedule, SpreadsTheFirstProbesOverTheFirstInterval) {
  Schedule schedule(1);
  for (unsigned key = 0; key < many; ++key)
    schedule.add(key, interval, begin);
  unsigned due = 0;
  for (int tenth = 1; tenth <= 10; ++tenth) {
    const unsigned before = due;
    while (schedule.take_due(begin + interval * tenth / 10))
      ++due;
    EXPECT_NEAR(due - before, many / 10, many / 40) << "in the tenth " << tenth;
  }
  EXPECT_EQ(due, many);
  EXPECT_FALSE(schedule.next());
}

TEST(Schedule, IsNeverLateAndNotInStep) {
  Schedule schedule(1);
  std::set<Time> moments;
  for (unsigned key = 0; key < many; ++key) {
    schedule.add_again(key, interval, begin, begin + milliseconds(5));
    const auto due = schedule.next();
    ASSERT_TRUE(due);
    EXPECT_LE(*due, begin + interval);
    EXPECT_GE(*due, begin + interval * 9 / 10);
    moments.insert(*due);
    EXPECT_EQ(schedule.take_due(*due), key);
  }
  EXPECT_GT(moments.size(), many / 2);
}

TEST(Schedule, ProbesAtOnceWhatTookLongerThanItsInterval) {
  Schedule schedule(1);
  schedule.add_again(7, interval, begin, begin + interval * 3);
  EXPECT_EQ(schedule.next(), begin + interval * 3);
  EXPECT_FALSE(schedule.take_due(begin + interval * 2));
  EXPECT_EQ(schedule.take_due(begin + interval * 3), 7U);
}

}  // namespace
}  // namespace mxbalance::health
