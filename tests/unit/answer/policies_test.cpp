#include "backend/answer/policies.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/answer/known_draws.h"

namespace mxbalance::answer {
namespace {

using Weights = std::vector<std::uint64_t>;
using Order = std::vector<std::size_t>;

// Draw n is n golden steps from 0: 0, 0.618, 0.236, 0.854, 0.472. Its next() is 0.883, 0.432, 0.026, 0.971, 0.106.
TEST(WeightedOrder, KnownDraws) {
  const struct {
    std::uint64_t steps;
    Weights weights;
    Order order;
  } cases[] = {
      {0, {70, 20, 10}, {0, 2, 1}},  // 0 of 100; then 26 of 30, among 20 and 10
      {1, {70, 20, 10}, {0, 1, 2}},  // 61 of 100; 12 of 30
      {2, {70, 20, 10}, {0, 1, 2}},  // 23 of 100; 0 of 30
      {3, {70, 20, 10}, {1, 2, 0}},  // 85 of 100; 77 of 80, among 70 and 10
      {4, {70, 20, 10}, {0, 1, 2}},  // 47 of 100; 3 of 30
      {0, {1, 1}, {0, 1}},
      {1, {1, 1}, {1, 0}},
      {0, {1, 1, 1, 1, 1}, {0, 4, 1, 2, 3}},  // 0 of 5; 3 of 4, then on in the cycle from there
      {1, {1, 1, 1, 1, 1}, {3, 1, 2, 4, 0}},  // 3 of 5; 1 of 4
      {2, {1, 1, 1, 1, 1}, {1, 0, 2, 3, 4}},  // 1 of 5; 0 of 4
      {3, {1, 1, 1, 1, 1}, {4, 3, 0, 1, 2}},  // 4 of 5; 3 of 4
      {3, {65535}, {0}},
      {3, {}, {}},
  };
  for (const auto& item : cases) {
    EXPECT_EQ(weighted_order(item.weights, Draw(golden_step * item.steps)), item.order)
        << item.steps << " steps, " << item.weights.size() << " weights";
  }
}

TEST(WeightedOrder, FirstPlaceChangesExactlyAtTheWeights) {
  const Weights weights = {70, 20, 10};
  const struct {
    std::uint64_t numerator;
    std::size_t first;
  } cases[] = {{0, 0}, {69, 0}, {70, 1}, {89, 1}, {90, 2}, {99, 2}};
  for (const auto& item : cases) {
    EXPECT_EQ(weighted_order(weights, draw_at(item.numerator, 100)).front(), item.first) << item.numerator;
  }
  EXPECT_EQ(weighted_order(weights, Draw(UINT64_MAX)).front(), 2U);
}

TEST(WeightedOrder, IsAPermutationWhateverTheDraw) {
  std::mt19937_64 random(20240229);
  for (int round = 0; round < 2000; ++round) {
    Weights weights(1 + random() % 12);
    for (auto& weight : weights)
      weight = 1 + random() % (round % 2 == 0 ? 3 : std::uint64_t{65535} << 32U);
    auto order = weighted_order(weights, Draw(random()));
    std::sort(order.begin(), order.end());
    Order every(weights.size());
    std::iota(every.begin(), every.end(), std::size_t{0});
    ASSERT_EQ(order, every) << "round " << round;
  }
}

TEST(WeightedOrder, MakesFewVariantsToSign) {
  for (const Weights& weights : {Weights{1, 1, 1, 1, 1}, Weights{5, 4, 3, 2, 1}}) {
    DrawTable table(11);
    std::set<Order> orders;
    for (int i = 0; i < 20000; ++i)
      orders.insert(weighted_order(weights, table.next("example.com")));
    EXPECT_EQ(orders.size(), 5U * 4U);
  }
}

TEST(WeightedOrder, SecondPlaceIsDrawnByWeight) {
  constexpr std::size_t lookups = 100000;
  DrawTable table(5);
  std::array<std::size_t, 3> second{};
  std::size_t first_is_heaviest = 0;
  for (std::size_t i = 0; i < lookups; ++i) {
    const auto order = weighted_order(Weights{70, 20, 10}, table.next("example.com"));
    if (order.front() != 0) continue;
    ++first_is_heaviest;
    ++second.at(order[1]);
  }
  EXPECT_LE(points_off(second[1], first_is_heaviest, 2.0 / 3), 0.5);
  EXPECT_LE(points_off(second[2], first_is_heaviest, 1.0 / 3), 0.5);
}

TEST(ExactSubsetSize, IsTheLargestThatKeepsTheShares) {
  constexpr std::uint64_t third = (std::uint64_t{1} << 32U) / 3;  // of a server with three addresses, rounded down
  const struct {
    Weights weights;
    std::size_t most;
    std::size_t size;
  } cases[] = {
      {{}, 8, 0},
      {{5}, 8, 1},
      {{70, 20, 10}, 8, 1},
      {{50, 30, 20}, 8, 2},
      {{51, 30, 19}, 8, 1},  // 2 · 51 is more than 100
      {{2, 1}, 8, 1},
      {{34, 33, 33}, 8, 2},
      {{1, 1, 1}, 8, 3},
      {{1, 1, 1}, 2, 2},
      {{1, 1, 1}, 1, 1},
      {{40, 30, 20, 10}, 8, 2},
      {{25, 25, 25, 25}, 3, 3},
      {{30, 30, 20, 20}, 8, 3},
      {Weights(20, 65535), 8, 8},
      {Weights(20, 65535), 64, 20},
      {{3 * third + 1, third, third, third}, 8, 2},  // two servers of one weight: what rounding took costs nothing
  };
  for (const auto& item : cases) {
    EXPECT_EQ(exact_subset_size(item.weights, item.most), item.size)
        << item.weights.size() << " weights from " << (item.weights.empty() ? 0 : item.weights.front());
  }
}

TEST(WeightedSubset, KnownDraws) {
  const struct {
    std::uint64_t numerator;  ///< of 100
    Weights weights;
    std::size_t size;
    Order chosen;
  } cases[] = {
      {0, {50, 30, 20}, 2, {0, 1}},   // 0 and 50
      {29, {50, 30, 20}, 2, {0, 1}},  // 29 and 79
      {30, {50, 30, 20}, 2, {0, 2}},  // 30 and 80
      {50, {50, 30, 20}, 2, {1, 0}},  // 50 and 0
      {99, {50, 30, 20}, 2, {2, 0}},
      {70, {70, 20, 10}, 1, {1}},
      {50, {25, 25, 25, 25}, 3, {2, 3, 0}},  // 50, 83 and 16
      {0, {10}, 1, {0}},
  };
  for (const auto& item : cases) {
    EXPECT_EQ(weighted_subset(item.weights, item.size, draw_at(item.numerator, 100)), item.chosen)
        << item.numerator;
  }
  EXPECT_TRUE(weighted_subset(Weights{}, 0, Draw(7)).empty());
}

TEST(WeightedSubset, SharesFollowTheWeights) {
  constexpr std::size_t lookups = 100000;
  constexpr std::uint64_t unit = std::uint64_t{1} << 32U;
  const Weights cases[] = {
      {50, 30, 20},
      {40, 30, 20, 10},
      {1, 1, 1, 1, 1},
      {30, 30, 20, 20},
      {3 * unit, 2 * unit, unit, unit / 3, unit / 3, unit / 3},
  };
  for (const auto& weights : cases) {
    for (std::size_t size = 1; size <= exact_subset_size(weights, 64); ++size) {
      DrawTable table(size);
      std::vector<std::size_t> included(weights.size());
      std::vector<std::size_t> first(weights.size());
      for (std::size_t i = 0; i < lookups; ++i) {
        const auto chosen = weighted_subset(weights, size, table.next("mail.example.com"));
        ASSERT_EQ(chosen.size(), size);
        for (const std::size_t index : chosen) {
          ASSERT_EQ(std::count(chosen.begin(), chosen.end(), index), 1);
          ++included[index];
        }
        ++first[chosen.front()];
      }
      const auto sum = static_cast<double>(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
      for (std::size_t i = 0; i < weights.size(); ++i) {
        const double share = static_cast<double>(weights[i]) / sum;
        EXPECT_LE(points_off(included[i], lookups, static_cast<double>(size) * share), 0.5) << size << " of " << i;
        EXPECT_LE(points_off(first[i], lookups, share), 0.5) << size << " of " << i;
      }
    }
  }
}

}  // namespace
}  // namespace mxbalance::answer
