#include "backend/listen/trouble_log.h"

#include <gtest/gtest.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

TEST(TroubleLog, LogsAKindOnceAnEpisode) {
  testing::CapturedLog log;
  TroubleLog troubles(log.logger());
  for (int i = 0; i < 100; ++i)
    troubles.report(Trouble::slow_request, "too slow");
  troubles.report(Trouble::broken_request, "broken");
  EXPECT_EQ(log.count("warning too slow"), 1U);
  EXPECT_EQ(log.count("warning broken"), 1U);

  troubles.over(Trouble::slow_request);
  troubles.report(Trouble::slow_request, "too slow again");
  troubles.report(Trouble::broken_request, "broken again");
  EXPECT_EQ(log.count("too slow again"), 1U);
  EXPECT_EQ(log.count("broken again"), 0U);
}

TEST(TroubleLog, ASentenceIsNoFormat) {
  testing::CapturedLog log;
  TroubleLog(log.logger()).report(Trouble::broken_request, "{} {0} %s");
  EXPECT_EQ(log.count("{} {0} %s"), 1U);
}

}  // namespace
}  // namespace mxbalance::listen
