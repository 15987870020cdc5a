#include "backend/health/pauses.h"

#include <gtest/gtest.h>

namespace mxbalance::health {
namespace {

using namespace std::chrono_literals;

TEST(Pauses, AreTimeThatWasNeitherAskedForNorWorked) {
  Pauses pauses;
  EXPECT_EQ(pauses.look({100s, 5s}, 100ms), 0s) << "the first look";
  EXPECT_EQ(pauses.look({100s + 100ms, 5s}, 100ms), 0s) << "as asked for";
  EXPECT_EQ(pauses.look({100s + 600ms, 5s}, 100ms), 0s) << "a busy machine";
  EXPECT_EQ(pauses.look({103s, 7s}, 100ms), 0s) << "a busy thread";
  EXPECT_EQ(pauses.look({109s, 7s}, 100ms), 6s);
  EXPECT_EQ(pauses.look({109s + 50ms, 7s}, 100ms), 0s) << "it was told";
  EXPECT_EQ(pauses.look({114s, 7s}, 5000ms), 0s);
}

TEST(Pauses, KnowTheTimeOfThisMachine) {
  const auto before = Pauses::Moment::now();
  while (Pauses::Moment::now().worked - before.worked < 1ms) {
  }
  EXPECT_GE(Pauses::Moment::now().passed - before.passed, 1ms);
}

}  // namespace
}  // namespace mxbalance::health
