#include "backend/sockets/stop_signal.h"

#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

TEST(StopSignal, WakesThoseThatWait) {
  StopSignal stop;
  EXPECT_FALSE(stop.is_raised());
  EXPECT_FALSE(stop.wait_for(std::chrono::milliseconds(1)));
  bool was_raised = false;
  std::thread waiting([&] { was_raised = stop.wait_for(testing::patience); });
  stop.raise();
  waiting.join();
  EXPECT_TRUE(was_raised);
  EXPECT_TRUE(stop.is_raised());
  EXPECT_TRUE(stop.wait_for(std::chrono::milliseconds(0))) << "for good";
}

}  // namespace
}  // namespace mxbalance::listen
