#include "db/edits_serial.h"

#include <gtest/gtest.h>

#include "db/errors.h"

namespace mxbalance::db {
namespace {

constexpr std::chrono::year_month_day today{std::chrono::year(2025), std::chrono::month(11), std::chrono::day(24)};

TEST(EditsSerial, StartsWithTheDay) {
  EXPECT_EQ(first_serial(today), 2025112401U);
}

TEST(EditsSerial, IsRaisedAndKeepsItsStyle) {
  struct Case {
    std::uint32_t before;
    std::uint32_t after;
  };
  constexpr Case cases[] = {
      {2025112301, 2025112401},  // an earlier day
      {2025112400, 2025112401},
      {2025112401, 2025112402},  // the same day
      {2025112499, 2025112500},  // the day is full: it must not go backwards
      {2026010100, 2026010101},  // a day to come
      {2025139901, 2025139902},  // no day
      {1, 2},
      {1763971200, 1763971201},  // seconds since 1970
      {4294967294, 4294967295},
      {4294967295, 1},  // RFC 1982: it wraps, and 0 is left out
      {0, 1},
  };
  for (const auto& [before, after] : cases)
    EXPECT_EQ(next_serial(before, today), after) << before;
}

TEST(EditsSerial, IsRaisedInsideTheContent) {
  EXPECT_EQ(raise_serial("ns1.example.com hostmaster.example.com 7 10800 3600 604800 300", today),
            "ns1.example.com hostmaster.example.com 8 10800 3600 604800 300");
  EXPECT_EQ(raise_serial("a  b\t2025010101 1 2 3 4", today), "a  b\t2025112401 1 2 3 4");
  for (const auto* content :
       {"", "a", "a b", "a b c 1 2 3 4", "a b -1 1 2 3 4", "a b 4294967296 1 2 3 4", "a b 7x 1 2"}) {
    EXPECT_THROW((void)raise_serial(content, today), Refusal) << content;
  }
}

}  // namespace
}  // namespace mxbalance::db
