#include "backend/answer/slow_start.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/answer/described_pools.h"

namespace mxbalance::answer {
namespace {

constexpr std::int64_t now = 1'800'000'000;

/// The first member's part of its whole weight, in percent, and the second member's.
std::vector<std::uint32_t> percents(db::Pool pool, std::int64_t at) {
  std::vector<std::uint32_t> whole;
  for (const auto& member : pool.members)
    whole.push_back(member.weight);
  start_slowly(pool, at);
  const std::uint32_t scale = pool.members.back().weight / whole.back();
  std::vector<std::uint32_t> parts;
  for (std::size_t i = 0; i < whole.size(); ++i)
    parts.push_back(pool.members[i].weight * 100 / (whole[i] * scale));
  return parts;
}

TEST(SlowStart, RisesLinearly) {
  for (const auto* weights : {"weight=1", "weight=100", "weight=65535"}) {
    auto pool = pool_of({std::string("m1 10.0.0.1 ") + weights, std::string("m2 10.0.0.2 ") + weights});
    pool.slow_start = 100;
    pool.members[0].server.came_up_at = now;
    const auto expect = [&](std::int64_t seconds, std::uint32_t percent) {
      EXPECT_NEAR(percents(pool, now + seconds)[0], percent, 1) << weights << " after " << seconds;
      EXPECT_EQ(percents(pool, now + seconds)[1], 100U);
    };
    expect(0, 0);
    expect(1, 1);
    expect(50, 50);
    expect(99, 99);
    expect(100, 100);
    expect(1000, 100);
    expect(-3600, 100);  // the clock was set back
  }
}

TEST(SlowStart, LeavesWeightsAsTheyAre) {
  auto pool = pool_of({"m1 10.0.0.1 weight=70", "m2 10.0.0.2 weight=30"});
  pool.members[0].server.came_up_at = now;
  start_slowly(pool, now + 5);
  EXPECT_EQ(pool.members[0].weight, 70U) << "without slow start";
  pool.slow_start = 60;
  pool.members[0].server.came_up_at = 0;
  start_slowly(pool, now + 5);
  EXPECT_EQ(pool.members[0].weight, 70U) << "it has been up for long, as at the process's start";
}

TEST(SlowStart, NeverMakesWeightsNothingNorSomething) {
  auto pool = pool_of({"m1 10.0.0.1 weight=1", "m2 10.0.0.2 weight=0", "m3 10.0.0.3 weight=65535"});
  pool.slow_start = 86400;
  for (auto& member : pool.members)
    member.server.came_up_at = now;
  start_slowly(pool, now);
  EXPECT_EQ(pool.members[0].weight, 1U);
  EXPECT_EQ(pool.members[1].weight, 0U);
  EXPECT_EQ(pool.members[2].weight, 1U);
}

TEST(SlowStart, CountsFromTheAddressThatIsLiveForTheLongest) {
  auto server = server_of("m1 10.0.0.1 10.0.0.2 2001:db8::1");
  EXPECT_EQ(live_since(server), 0);
  server.addresses[0].came_up_at = 100;
  EXPECT_EQ(live_since(server), 0) << "the others have been up for long";
  server.addresses[1].came_up_at = 50;
  server.addresses[2].came_up_at = 70;
  EXPECT_EQ(live_since(server), 50);
  server.addresses[1].health = db::Health::down;
  EXPECT_EQ(live_since(server), 70);
  server.came_up_at = 200;
  EXPECT_EQ(live_since(server), 200) << "its own health came later";
  EXPECT_EQ(live_since(server_of("m1")), 0);
}

}  // namespace
}  // namespace mxbalance::answer
