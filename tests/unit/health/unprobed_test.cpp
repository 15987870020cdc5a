// Addresses that cannot be probed: what is logged of each, and what is written, once a family.
#include "backend/health/unprobed.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

namespace mxbalance::health {
namespace {

using db::AddressFamily;
using Key = std::pair<std::string, std::string>;

db::ProbeTarget target(const std::string& address, std::optional<std::int64_t> unprobed_since = std::nullopt) {
  db::ProbeTarget one;
  one.server = "m1.example.com";
  one.address = address;
  one.family = address.find(':') == std::string::npos ? AddressFamily::ipv4 : AddressFamily::ipv6;
  one.unprobed_since = unprobed_since;
  return one;
}

class Unprobed : public ::testing::Test {
 protected:
  /// As if it were written.
  db::ProbingChanges take() {
    auto changes = addresses_.to_write();
    addresses_.forget(changes);
    return changes;
  }

  int logged(const std::string& text) {
    addresses_.tell(now_);
    int times = 0;
    for (std::size_t at = 0; (at = text_.str().find(text, at)) != std::string::npos; ++at)
      ++times;
    return times;
  }

  db::LogTime now_{};
  std::ostringstream text_;
  UnprobedAddresses addresses_{
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_, true))};
};

TEST_F(Unprobed, AreAllNamedByTheLog) {
  addresses_.take_over({target("10.0.0.1"), target("::1"), target("::2")}, 1);
  addresses_.note_not_made(target("::1"), "no route", 2);
  EXPECT_EQ(logged("probes of 1 IPv6 addresses cannot be made, and their health stays as it is: m1.example.com "
                   "::1: no route;"),
            1);
  for (const char* address : {"::2", "::3", "::4", "::5", "::6", "::7", "::8"})
    addresses_.note_not_made(target(address), "no route", 3);
  EXPECT_EQ(
      logged("probes of 7 IPv6 addresses cannot be made, and their health stays as it is: m1.example.com ::2: no"
             " route, m1.example.com ::3: no route,"),
      1)
      << "also while another one cannot be probed at all";
  EXPECT_EQ(logged("m1.example.com ::6: no route and 2 others;"), 1);
  addresses_.note_made(target("::2"), 4);
  EXPECT_EQ(logged("probes of 1 IPv6 addresses can be made again, and are: m1.example.com ::2"), 1);
  for (int i = 0; i < 100; ++i) {
    addresses_.note_not_made(target("::2"), "no route", 5);
    logged("");
    addresses_.note_made(target("::2"), 5);
  }
  EXPECT_LT(logged("cannot be made"), 20) << "one that comes and goes fills no disk";
}

TEST_F(Unprobed, AreOneEventAFamily) {
  addresses_.take_over({target("10.0.0.1"), target("::1"), target("::2")}, 1);
  addresses_.note_not_made(target("::1"), "network is unreachable", 2);
  addresses_.note_not_made(target("::2"), "network is unreachable", 3);
  addresses_.note_not_made(target("::1"), "network is unreachable", 4);
  addresses_.note_made(target("10.0.0.1"), 5);
  EXPECT_EQ(logged("probes of 2 IPv6 addresses cannot be made"), 1);
  EXPECT_EQ(logged("IPv4"), 0);
  const auto begun = take();
  EXPECT_EQ(begun.unprobed_since.size(), 2U);
  EXPECT_EQ(begun.unprobed_since.at(Key{"m1.example.com", "::1"}), 2);
  ASSERT_EQ(begun.episodes.size(), 1U);
  EXPECT_EQ(begun.episodes.at(AddressFamily::ipv6),
            (db::ProbingChanges::Episode{true, "m1.example.com ::1: network is unreachable", 2}));
  EXPECT_TRUE(addresses_.to_write().empty());

  addresses_.note_made(target("::1"), 6);
  EXPECT_TRUE(take().episodes.empty()) << "another one still is not";
  addresses_.note_made(target("::2"), 7);
  EXPECT_EQ(logged("probes of all IPv6 addresses can be made again"), 1);
  const auto ended = take();
  EXPECT_EQ(ended.unprobed_since.at(Key{"m1.example.com", "::2"}), std::nullopt);
  EXPECT_FALSE(ended.episodes.at(AddressFamily::ipv6).begins);
}

TEST_F(Unprobed, KeepTheirTimeOverARestart) {
  addresses_.take_over({target("10.0.0.1", 100)}, 200);
  addresses_.note_not_made(target("10.0.0.1"), "network is unreachable", 201);
  EXPECT_EQ(logged("cannot be made"), 1) << "a new log tells it anew";
  EXPECT_TRUE(take().empty()) << "the store says it already";
  addresses_.note_made(target("10.0.0.1"), 202);
  EXPECT_FALSE(take().episodes.at(AddressFamily::ipv4).begins);
}

TEST_F(Unprobed, AreNoneWhereNobodyProbes) {
  addresses_.take_over({target("10.0.0.1")}, 1);
  addresses_.note_not_made(target("10.0.0.1"), "network is unreachable", 2);
  take();
  auto unasked = target("10.0.0.1", 2);
  unasked.settings.kind = db::ProbeKind::none;
  addresses_.take_over({unasked}, 3);
  const auto changes = take();
  EXPECT_EQ(changes.unprobed_since.at(Key{"m1.example.com", "10.0.0.1"}), std::nullopt);
  EXPECT_FALSE(changes.episodes.at(AddressFamily::ipv4).begins);
}

TEST_F(Unprobed, LeaveNoEventOfWhatEndedUnwritten) {
  addresses_.take_over({target("10.0.0.1")}, 1);
  addresses_.note_not_made(target("10.0.0.1"), "too many open files", 2);
  addresses_.take_over({target("10.0.0.1")}, 3);
  EXPECT_FALSE(addresses_.to_write().episodes.empty()) << "what was read is older";
  addresses_.note_made(target("10.0.0.1"), 4);
  EXPECT_TRUE(take().episodes.empty());
}

}  // namespace
}  // namespace mxbalance::health
