#include "db/base/log_limits.h"

#include <string>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const LogTime start = LogTime(std::chrono::hours(1000));

TEST(LineLimit, TellsSoManyAMinuteAndCountsTheOthers) {
  LineLimit limit(3);
  for (int i = 0; i < 10; ++i) {
    const auto verdict = limit.take(start + seconds(i));
    EXPECT_EQ(verdict.is_told, i < 3) << i;
    EXPECT_EQ(verdict.is_first_left_out, i == 3) << i;
    EXPECT_EQ(verdict.left_out, 0U) << i;
  }
  EXPECT_FALSE(limit.take(start + seconds(59)).is_told);
  const auto next = limit.take(start + seconds(60));
  EXPECT_TRUE(next.is_told);
  EXPECT_EQ(next.left_out, 8U);
  EXPECT_EQ(limit.take(start + seconds(61)).left_out, 0U) << "said once";
}

TEST(LineLimit, LeavesNothingOutOfWhatIsSeldom) {
  LineLimit limit(1);
  for (int i = 0; i < 10; ++i) {
    const auto verdict = limit.take(start + minutes(i));
    EXPECT_TRUE(verdict.is_told) << i;
    EXPECT_EQ(verdict.left_out, 0U) << i;
  }
}

TEST(LineLimit, SaysWhatWasLeftOutHoweverLongAgo) {
  LineLimit limit(1);
  limit.take(start);
  limit.take(start);
  EXPECT_EQ(limit.take(start + std::chrono::hours(30)).left_out, 1U);
}

TEST(LastingTroubles, AreToldAtFirstAndEachHour) {
  LastingTroubles troubles;
  int told = 0;
  for (int i = 0; i < 3 * 60; ++i)
    told += troubles.is_due("a row", start + minutes(i)) ? 1 : 0;
  EXPECT_EQ(told, 3);
}

TEST(LastingTroubles, AreToldAnewAfterAPause) {
  LastingTroubles troubles;
  EXPECT_TRUE(troubles.is_due("a row", start));
  EXPECT_FALSE(troubles.is_due("a row", start + minutes(9)));
  EXPECT_TRUE(troubles.is_due("another row", start + minutes(9)));
  EXPECT_FALSE(troubles.is_due("a row", start + minutes(18))) << "it was met nine minutes ago";
  EXPECT_TRUE(troubles.is_due("a row", start + minutes(38)));
}

TEST(LastingTroubles, AreOverSoonerOrLaterWhateverElseIsMet) {
  for (int first = 0; first < 10; ++first) {
    LastingTroubles troubles;
    troubles.is_due("a row", start + minutes(first));
    for (int i = first; i < first + 20; ++i)
      troubles.is_due("another row", start + minutes(i));
    EXPECT_TRUE(troubles.is_due("a row", start + minutes(first + 20))) << first;
  }
}

TEST(LastingTroubles, TakeBoundedMemory) {
  LastingTroubles troubles;
  EXPECT_TRUE(troubles.is_due("a row", start));
  for (std::size_t i = 0; i < LastingTroubles::most_kept; ++i) {
    EXPECT_TRUE(troubles.is_due("row " + std::to_string(i), start));
    const bool is_told_again = i % 1000 == 0 && troubles.is_due("a row", start);
    EXPECT_FALSE(is_told_again) << "what is met again is kept";
  }
  for (std::size_t i = 0; i < 2 * LastingTroubles::most_kept; ++i)
    troubles.is_due("other row " + std::to_string(i), start);
  EXPECT_TRUE(troubles.is_due("a row", start)) << "it was forgotten";
}

}  // namespace
}  // namespace mxbalance::db
