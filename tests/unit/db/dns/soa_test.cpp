#include "db/dns/soa.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "db/base/errors.h"

namespace mxbalance::db {
namespace {

// PowerDNS 4.7.3 answered below the apex with these, and with SERVFAIL where a content stays as it is.
TEST(ToleratedSoa, IsWhatPowerDnsReads) {
  const std::string good = "a.b c.d 1 2 3 4 5";
  for (const std::string content : {"a.b c.d 1H 2 3 4 5", "a.b c.d 1 2 3 4 5D", "a.b c.d 1 2 3 4 5 6",
                                    "a.b c.d 1 2 3 4 5 ; x", "a.b c.d 1.5 2 3 4 5", " a.b  c.d 1 2 3 4\t5 "})
    EXPECT_EQ(tolerated_soa(content), good) << content;
  for (const std::string content : {"a.b c.d 1 2 3 4", "a.b c.d", "", "a.b c.d x 2 3 4 5", "a.b c.d -1 2 3 4 5",
                                    "a.b c.d ( 1 2 3 4 5 )", "a.b c.d 4294967296 2 3 4 5"})
    EXPECT_EQ(tolerated_soa(content), content);
}

TEST(Soa, TheFirstSerialIsTheDay) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  EXPECT_EQ(first_serial({year(2025), month(11), day(24)}), 2025112401U);
  EXPECT_EQ(first_serial({year(2026), month(1), day(2)}), 2026010201U);
  EXPECT_EQ(first_serial({year(4294), month(12), day(31)}), 4294123101U);
}

TEST(Soa, HasSerialAndRefresh) {
  struct Case {
    std::string content;
    std::optional<std::uint32_t> serial;
    std::optional<std::uint32_t> refresh;
  };
  const std::vector<Case> cases = {
      {"ns1.example.com hostmaster.example.com 2025112401 10800 3600 604800 300", 2025112401, 10800},
      {"ns h 0 0 0 0 0", 0, 0},
      {"ns h 4294967295 4294967295 1 1 1", 4294967295, 4294967295},
      {"ns\th\t17\t18\t1 2 3", 17, 18},
      {"  ns  h \t 17  18", 17, 18},
      {"ns h 17 18\n", 17, 18},
      {"ns h 0017 018 1 1 1", 17, 18},
      {"ns h 17", 17, std::nullopt},
      {"ns h 17 ", 17, std::nullopt},
      {"ns h 17 1h 1 1 1", 17, std::nullopt},
      {"ns h x 18 1 1 1", std::nullopt, 18},
      {"ns h 17x 18 1 1 1", std::nullopt, 18},
      {"ns h -1 -1 1 1 1", std::nullopt, std::nullopt},
      {"ns h +1 1.5 1 1 1", std::nullopt, std::nullopt},
      {"ns h 4294967296 4294967296 1 1 1", std::nullopt, std::nullopt},
      {"ns h", std::nullopt, std::nullopt},
      {"ns", std::nullopt, std::nullopt},
      {" \t ", std::nullopt, std::nullopt},
      {"", std::nullopt, std::nullopt},
  };
  for (const auto& [content, serial, refresh] : cases) {
    EXPECT_EQ(soa_serial(content), serial) << content;
    EXPECT_EQ(soa_refresh(content), refresh) << content;
  }
}

TEST(Soa, TakesAnotherSerialAndNothingElse) {
  struct Case {
    const char* content;
    std::uint32_t serial;
    const char* changed;
  };
  constexpr Case cases[] = {
      {"ns h 7 1 2 3 4", 10, "ns h 10 1 2 3 4"},
      {"ns h 7 7 7 7 7", 8, "ns h 8 7 7 7 7"},
      {"7 7 7 1 2 3 4", 8, "7 7 8 1 2 3 4"},
      {" ns\th  7\t1 2 3 4 ", 8, " ns\th  8\t1 2 3 4 "},
      {"ns h 7", 8, "ns h 8"},
      {"ns h 0007 1 2 3 4", 8, "ns h 8 1 2 3 4"},
      {"ns h 4294967295 1 2 3 4", 0, "ns h 0 1 2 3 4"},
      {"ns h 7 1 2 3 4", 4294967295, "ns h 4294967295 1 2 3 4"},
      {"ns h x 1 2 3 4", 8, "ns h x 1 2 3 4"},
      {"ns h 4294967296 1 2 3 4", 8, "ns h 4294967296 1 2 3 4"},
      {"ns h", 8, "ns h"},
      {"", 8, ""},
  };
  for (const auto& [content, serial, changed] : cases)
    EXPECT_EQ(with_serial(content, serial), changed) << content << " to " << serial;
}

TEST(Soa, TakesAnotherHostmaster) {
  struct Case {
    const char* content;
    const char* changed;
  };
  constexpr Case cases[] = {
      {"ns h 7 1 2 3 4", "ns root.example.com 7 1 2 3 4"},
      {"h h h 1 2 3 4", "h root.example.com h 1 2 3 4"},
      {"\tns  h\t7 1 2 3 4", "\tns  root.example.com\t7 1 2 3 4"},
      {"ns h", "ns root.example.com"},
  };
  for (const auto& [content, changed] : cases)
    EXPECT_EQ(with_hostmaster(content, "root.example.com"), changed) << content;
  for (const std::string content : {"broken", " ns ", "", " "}) {
    try {
      (void)with_hostmaster(content, "root.example.com");
      ADD_FAILURE() << content;
    } catch (const Refusal& error) {
      EXPECT_EQ(error.what(),
                "the zone's SOA record is \"" + content + "\", and has no hostmaster to change: correct it first");
    }
  }
}

}  // namespace
}  // namespace mxbalance::db
