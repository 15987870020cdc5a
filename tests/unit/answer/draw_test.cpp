#include "backend/answer/draw.h"

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "backend/answer/policies.h"
#include "tests/unit/answer/known_draws.h"

namespace mxbalance::answer {
namespace {

constexpr std::size_t draws_made = 10000;
constexpr std::array<std::uint64_t, 5> seeds = {0, 1, 42, 0xDEADBEEF, 0xFFFFFFFFFFFFFFFF};
constexpr std::array<std::string_view, 4> names = {"example.com", "mail.example.com", "*.example.org", "."};

/// The 64 bits of a draw, seen through below(); 0 and 1 look the same.
std::uint64_t bits(Draw draw) {
  return draw.below(UINT64_MAX) + 1;
}

TEST(Draw, BelowIsExact) {
  const struct {
    std::uint64_t value;
    std::uint64_t total;
    std::uint64_t expected;
  } cases[] = {
      {0, 1, 0},
      {UINT64_MAX, 1, 0},
      {0, 10, 0},
      {UINT64_MAX, 10, 9},
      {0x8000000000000000, 2, 1},
      {0x7FFFFFFFFFFFFFFF, 2, 0},
      {0x8000000000000000, 10, 5},
      {0x1999999999999999, 10, 0},  // a tenth of 2⁶⁴, rounded down and up
      {0x199999999999999A, 10, 1},
      {0xB333333333333333, 100, 69},
      {0xB333333333333334, 100, 70},
      {UINT64_MAX, UINT64_MAX, UINT64_MAX - 1},
      {0x8000000000000000, UINT64_MAX, 0x7FFFFFFFFFFFFFFF},
      {1, UINT64_MAX, 0},
  };
  for (const auto& item : cases) {
    EXPECT_EQ(Draw(item.value).below(item.total), item.expected) << item.value << " of " << item.total;
  }
}

// The outputs that SplitMix64's authors give for seed 0.
TEST(Draw, NextIsSplitMix64) {
  constexpr std::array<std::uint64_t, 4> outputs = {0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F,
                                                    0xF88BB8A8724C81EC};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_EQ(bits(Draw(golden_step * i).next()), outputs.at(i));
  }
}

TEST(Draw, NextHasNoRelationToTheDrawOfSuccessiveLookups) {
  DrawTable table(7);
  std::array<std::array<std::size_t, 2>, 2> quarters{};
  for (std::size_t i = 0; i < draws_made; ++i) {
    const Draw draw = table.next("example.com");
    ++quarters.at(draw.below(2)).at(draw.next().below(2));
    EXPECT_NE(bits(draw), bits(draw.next()));
  }
  for (const auto& half : quarters) {
    for (const std::size_t count : half)
      EXPECT_LE(points_off(count, draws_made, 0.25), 1.5);
  }
}

/// Which of the servers comes first in each of `lookups` answers.
std::vector<std::size_t> first_places(std::uint64_t seed, std::string_view name,
                                      const std::vector<std::uint64_t>& weights) {
  DrawTable table(seed);
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < draws_made; ++i)
    first.push_back(weighted_order(weights, table.next(name)).front());
  return first;
}

/// The largest distance from the weights' shares when every `step`-th lookup from `start` on is counted.
double worst_share(const std::vector<std::size_t>& first, const std::vector<std::uint64_t>& weights,
                   std::size_t start, std::size_t step) {
  std::vector<std::size_t> counts(weights.size());
  std::size_t counted = 0;
  for (std::size_t i = start; i < first.size(); i += step, ++counted)
    ++counts[first[i]];
  double worst = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    worst = std::max(worst, points_off(counts[i], counted, static_cast<double>(weights[i]) / 100));
  }
  return worst;
}

TEST(DrawTable, SharesOfFirstPlaceFollowTheWeights) {
  const std::vector<std::uint64_t> weights = {70, 20, 10};
  for (const std::uint64_t seed : seeds) {
    for (const std::string_view name : names) {
      SCOPED_TRACE(std::string(name) + " with seed " + std::to_string(seed));
      const auto first = first_places(seed, name, weights);
      EXPECT_LE(worst_share(first, weights, 0, 1), 0.3);
      for (const std::size_t step : {2U, 3U, 4U, 7U}) {
        for (std::size_t start = 0; start < step; ++start)
          EXPECT_LE(worst_share(first, weights, start, step), 1.0) << "lookup " << start << " of every " << step;
      }
    }
  }
}

TEST(DrawTable, EqualServersAreNeverFirstThreeTimesInARow) {
  for (const std::uint64_t seed : seeds) {
    for (const std::string_view name : names) {
      const auto first = first_places(seed, name, {50, 50});
      for (std::size_t i = 2; i < first.size(); ++i) {
        ASSERT_FALSE(first[i] == first[i - 1] && first[i] == first[i - 2]) << name << ", lookup " << i;
      }
    }
  }
}

TEST(DrawTable, EveryNameStartsAtAPlaceOfItsOwn) {
  DrawTable table(1);
  DrawTable same(1);
  DrawTable other(2);
  const auto start = bits(table.next("example.com"));
  EXPECT_EQ(bits(same.next("example.com")), start);
  EXPECT_NE(bits(other.next("example.com")), start);
  const auto of_another = bits(table.next("mail.example.com"));
  EXPECT_NE(of_another, start);
  EXPECT_NE(of_another, start + golden_step);
  EXPECT_EQ(bits(table.next("example.com")), start + golden_step) << "another name took one of its draws";
}

TEST(DrawTable, NoLookupOfManyThreadsIsLost) {
  constexpr std::size_t threads = 64;
  constexpr std::size_t lookups_each = 2000;
  DrawTable table(3);
  const std::uint64_t start = bits(DrawTable(3).next("example.com"));
  std::vector<std::vector<std::uint64_t>> drawn(threads);
  {
    std::vector<std::jthread> running;
    for (auto& mine : drawn) {
      running.emplace_back([&] {
        for (std::size_t i = 0; i < lookups_each; ++i)
          mine.push_back(bits(table.next("example.com")));
      });
    }
  }
  std::vector<std::uint64_t> all;
  for (const auto& mine : drawn)
    all.insert(all.end(), mine.begin(), mine.end());
  std::vector<std::uint64_t> expected;
  for (std::size_t i = 0; i < threads * lookups_each; ++i)
    expected.push_back(start + golden_step * i);
  std::sort(all.begin(), all.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_TRUE(all == expected);
  EXPECT_EQ(bits(table.next("example.com")), start + golden_step * threads * lookups_each);
}

}  // namespace
}  // namespace mxbalance::answer
