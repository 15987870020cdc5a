#include "backend/answer/eligibility.h"

#include <iomanip>
#include <sstream>

#include <gtest/gtest.h>

#include "backend/answer/slow_start.h"
#include "tests/unit/answer/described_pools.h"

namespace mxbalance::answer {
namespace {

using db::AddressFamily;

/// "10: mail1(70) mail2(30) | 20: mail3(100)", weights in parentheses.
std::string words_of(const std::vector<Tier>& tiers) {
  std::ostringstream words;
  for (const auto& tier : tiers) {
    words << (words.tellp() > 0 ? " | " : "") << tier.preference << ':';
    for (const auto& eligible : tier.members)
      words << ' ' << eligible.member->server.name << '(' << eligible.weight << ')';
  }
  return words.str();
}

/// "192.0.2.1(70) 192.0.2.2(30)": weights as the servers have them, rounded to two digits.
std::string words_of(const std::vector<EligibleAddress>& addresses) {
  constexpr double unit = 4294967296;
  std::ostringstream words;
  words << std::setprecision(4);
  for (const auto& [address, weight] : addresses) {
    words << (words.tellp() > 0 ? " " : "") << address->address << '(' << static_cast<double>(weight) / unit
          << ')';
  }
  return words.str();
}

struct Case {
  const char* why;
  std::initializer_list<std::string_view> members;
  std::uint32_t min_live;
  const char* mx;
  const char* a;
  const char* aaaa;
};

void check(const Case& item) {
  SCOPED_TRACE(item.why);
  auto pool = pool_of(item.members);
  pool.min_live = item.min_live;
  EXPECT_EQ(words_of(eligible_tiers(pool)), item.mx);
  EXPECT_EQ(words_of(eligible_addresses(pool, AddressFamily::ipv4)), item.a);
  EXPECT_EQ(words_of(eligible_addresses(pool, AddressFamily::ipv6)), item.aaaa);
}

TEST(Eligibility, States) {
  const Case cases[] = {
      {"enabled members serve, the others do not",
       {"m1 10.0.0.1", "m2 drain 10.0.0.2", "m3 disabled 10.0.0.3"},
       1,
       "10: m1(100)",
       "10.0.0.1(100)",
       ""},
      {"a member that is enabled but down keeps draining ones out of which nobody knows that they are up",
       {"m1 down 10.0.0.1", "m2 drain 10.0.0.2"},
       1,
       "10: m1(100)",
       "10.0.0.1(100)",
       ""},
      {"no member is enabled: draining ones serve",
       {"m1 drain 10.0.0.1", "m2 drain 10.0.0.2!", "m3 disabled 10.0.0.3"},
       1,
       "10: m1(100)",
       "10.0.0.1(100)",
       ""},
      {"the enabled member has no address here: the draining one's serve addresses, not MX",
       {"m1", "m2 drain 10.0.0.2"},
       1,
       "10: m1(100)",
       "10.0.0.2(100)",
       ""},
      {"no enabled member has an address of a family: the draining one's keep it",
       {"m1 10.0.0.1", "m2 drain 10.0.0.2 2001:db8::2"},
       1,
       "10: m1(100)",
       "10.0.0.1(100)",
       "2001:db8::2(100)"},
      {"all disabled: nothing", {"m1 disabled 10.0.0.1"}, 1, "", "", ""},
      {"no members: nothing", {}, 1, "", "", ""},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, DrainingMembersHelpOut) {
  const Case cases[] = {
      {"one enabled and down, one draining and up: the draining one",
       {"m1 down 10.0.0.1", "m2 drain up 10.0.0.2"},
       1,
       "10: m2(100)",
       "10.0.0.2(100)",
       ""},
      {"two up, both wanted, one drained: the enabled one alone",
       {"m1 up 10.0.0.1", "m2 drain up 10.0.0.2"},
       2,
       "10: m1(100)",
       "10.0.0.1(100)",
       ""},
      {"one too few: both",
       {"m1 10.0.0.1", "m2 down 10.0.0.2", "m3 drain up weight=7 10.0.0.3"},
       2,
       "10: m1(100) m3(7)",
       "10.0.0.1(100) 10.0.0.3(7)",
       ""},
      {"too few with them: those that serve, whatever their health, and them",
       {"m1 10.0.0.1", "m2 down 10.0.0.2", "m3 down 10.0.0.3", "m4 drain up 10.0.0.4", "m5 drain 10.0.0.5"},
       3,
       "10: m1(100) m2(100) m3(100) m4(100)",
       "10.0.0.1(100) 10.0.0.2(100) 10.0.0.3(100) 10.0.0.4(100)",
       ""},
      {"all of weight 0 that live are answered before draining ones",
       {"m1 weight=0 10.0.0.1", "m2 drain up 10.0.0.2"},
       1,
       "10: m1(1)",
       "10.0.0.1(1)",
       ""},
      {"a draining one makes no weight 0 wait, and does not wait",
       {"m1 weight=0 10.0.0.1", "m2 down 10.0.0.2", "m3 drain up weight=0 10.0.0.3", "m4 drain up 10.0.0.4"},
       2,
       "10: m1(1) m3(1) m4(100)",
       "10.0.0.1(1) 10.0.0.3(1) 10.0.0.4(100)",
       ""},
      {"they join the worst tier of MX records, and the one whose addresses are answered",
       {"m1 10.0.0.1", "m2 preference=20 10.0.0.2", "m3 preference=20 down 10.0.0.3",
        "m4 drain up preference=5 10.0.0.4"},
       3,
       "10: m1(100) | 20: m2(100) m4(100)",
       "10.0.0.1(100) 10.0.0.4(100)",
       ""},
      {"alone they are one tier",
       {"m1 down 10.0.0.1", "m2 drain up preference=20 10.0.0.2", "m3 drain up preference=30 10.0.0.3"},
       1,
       "30: m2(100) m3(100)",
       "10.0.0.2(100) 10.0.0.3(100)",
       ""},
      {"each family for itself: up by an address, not by one of the other family",
       {"m1 10.0.0.1! 2001:db8::1!", "m2 drain 10.0.0.2+ 2001:db8::2"},
       1,
       "10: m2(100)",
       "10.0.0.2(100)",
       "2001:db8::1(100)"},
      {"a family stays by a draining member that is up",
       {"m1 10.0.0.1! 2001:db8::1", "m2 drain 10.0.0.2+"},
       1,
       "10: m1(100)",
       "10.0.0.2(100)",
       "2001:db8::1(100)"},
      {"all are draining: there is nobody to help out",
       {"m1 drain down 10.0.0.1", "m2 drain up 10.0.0.2"},
       2,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       ""},
      {"up by its own health, but its addresses are down",
       {"m1 down 10.0.0.1", "m2 drain up 10.0.0.2!"},
       1,
       "10: m1(100)",
       "10.0.0.1(100)",
       ""},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, DrainingMembersDoNotRamp) {
  auto pool = pool_of({"m1 10.0.0.1", "m2 down 10.0.0.2", "m3 drain up 10.0.0.3"});
  pool.min_live = 2;
  pool.slow_start = 100;
  pool.members[0].server.came_up_at = pool.members[2].server.came_up_at = 1000;
  start_slowly(pool, 1050);
  const auto tiers = eligible_tiers(pool);
  ASSERT_EQ(tiers.size(), 1U);
  ASSERT_EQ(tiers[0].members.size(), 2U);
  EXPECT_NEAR(static_cast<double>(tiers[0].members[0].weight) * 2, static_cast<double>(tiers[0].members[1].weight),
              2);
}

TEST(Eligibility, TellsByWhomAPoolIsAnswered) {
  auto pool = pool_of({"m1 10.0.0.1! 2001:db8::1", "m2 10.0.0.2! 2001:db8::2!", "m3 drain 10.0.0.3"});
  EXPECT_EQ(answering_mx(pool).by, AnsweredBy::live_members);
  EXPECT_EQ(answering_mx(pool).live, 1U);
  EXPECT_EQ(answering_mx(pool).serving, 2U);
  EXPECT_EQ(answering_addresses(pool, AddressFamily::ipv4).by, AnsweredBy::nobody);
  pool.min_live = 2;
  EXPECT_EQ(answering_mx(pool).by, AnsweredBy::all_members);
  EXPECT_EQ(answering_mx(pool).needed, 2U);
  pool.members[2].server.health = db::Health::up;
  EXPECT_EQ(answering_mx(pool).by, AnsweredBy::draining_members_too);
  EXPECT_EQ(answering_addresses(pool, AddressFamily::ipv4).by, AnsweredBy::all_members);
}

TEST(Eligibility, Health) {
  const Case cases[] = {
      {"a server that is down is left out; unknown and up are alike",
       {"m1 10.0.0.1", "m2 up 10.0.0.2", "m3 down 10.0.0.3"},
       1,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       ""},
      {"a server is down when all its addresses are",
       {"m1 10.0.0.1! 2001:db8::1!", "m2 10.0.0.2 2001:db8::2"},
       1,
       "10: m2(100)",
       "10.0.0.2(100)",
       "2001:db8::2(100)"},
      {"one address is left: the server lives",
       {"m1 10.0.0.1! 2001:db8::1", "m2 10.0.0.2 2001:db8::2"},
       1,
       "10: m1(100) m2(100)",
       "10.0.0.2(100)",
       "2001:db8::1(100) 2001:db8::2(100)"},
      {"a server whose addresses are not kept here has only its own health",
       {"m1", "m2 down"},
       1,
       "10: m1(100)",
       "",
       ""},
      {"a live server's down address is left out, and the others take its weight",
       {"m1 weight=60 10.0.0.1 10.0.0.2! 10.0.0.3", "m2 weight=40 10.0.0.4"},
       1,
       "10: m1(60) m2(40)",
       "10.0.0.1(30) 10.0.0.3(30) 10.0.0.4(40)",
       ""},
      {"all down: health is not believed",
       {"m1 down 10.0.0.1", "m2 10.0.0.2!"},
       1,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       ""},
      {"failing open, a server's addresses are the ones that live, or all",
       {"m1 down 10.0.0.1 10.0.0.2!", "m2 10.0.0.3! 10.0.0.4!"},
       1,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.3(50) 10.0.0.4(50)",
       ""},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, FailOpenThreshold) {
  const Case cases[] = {
      {"as many live as asked for",
       {"m1 10.0.0.1", "m2 10.0.0.2", "m3 down 10.0.0.3"},
       2,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       ""},
      {"fewer live than asked for: all",
       {"m1 10.0.0.1", "m2 10.0.0.2!", "m3 down 10.0.0.3"},
       2,
       "10: m1(100) m2(100) m3(100)",
       "10.0.0.1(100) 10.0.0.2(100) 10.0.0.3(100)",
       ""},
      {"more asked for than there are: all of them are enough",
       {"m1 10.0.0.1", "m2 10.0.0.2"},
       5,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       ""},
      {"draining and disabled members are not counted",
       {"m1 10.0.0.1", "m2 drain 10.0.0.2", "m3 disabled 10.0.0.3"},
       2,
       "10: m1(100)",
       "10.0.0.1(100)",
       ""},
      {"each family counts for itself",
       {"m1 10.0.0.1! 2001:db8::1", "m2 10.0.0.2 2001:db8::2", "m3 10.0.0.3"},
       2,
       "10: m1(100) m2(100) m3(100)",
       "10.0.0.2(100) 10.0.0.3(100)",
       "2001:db8::1(100) 2001:db8::2(100)"},
      {"one family fails open, the other does not",
       {"m1 10.0.0.1! 2001:db8::1", "m2 10.0.0.2 2001:db8::2"},
       2,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       "2001:db8::1(100) 2001:db8::2(100)"},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, Tiers) {
  const Case cases[] = {
      {"MX answers every tier, addresses the best one",
       {"m1 10.0.0.1", "m2 preference=20 10.0.0.2 2001:db8::2", "m3 preference=30 10.0.0.3"},
       1,
       "10: m1(100) | 20: m2(100) | 30: m3(100)",
       "10.0.0.1(100)",
       "2001:db8::2(100)"},
      {"the best tier is down: the next one answers",
       {"m1 down 10.0.0.1", "m2 10.0.0.2!", "m3 preference=20 10.0.0.3"},
       1,
       "20: m3(100)",
       "10.0.0.3(100)",
       ""},
      {"the tiers of the families differ",
       {"m1 10.0.0.1 2001:db8::1!", "m2 preference=20 10.0.0.2 2001:db8::2"},
       1,
       "10: m1(100) | 20: m2(100)",
       "10.0.0.1(100)",
       "2001:db8::2(100)"},
      {"failing open, addresses have no tiers",
       {"m1 down 10.0.0.1", "m2 preference=20 down 10.0.0.2"},
       1,
       "10: m1(100) | 20: m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       ""},
      {"min_live counts the live members of all tiers",
       {"m1 down 10.0.0.1", "m2 preference=20 10.0.0.2", "m3 preference=20 10.0.0.3"},
       2,
       "20: m2(100) m3(100)",
       "10.0.0.2(100) 10.0.0.3(100)",
       ""},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, WeightZeroWaits) {
  const Case cases[] = {
      {"while another of its tier has a weight",
       {"m1 weight=0 10.0.0.1", "m2 weight=5 10.0.0.2"},
       1,
       "10: m2(5)",
       "10.0.0.2(5)",
       ""},
      {"until that one is down",
       {"m1 weight=0 10.0.0.1", "m2 weight=5 down 10.0.0.2"},
       1,
       "10: m1(1)",
       "10.0.0.1(1)",
       ""},
      {"not for a member of another tier",
       {"m1 weight=0 10.0.0.1", "m2 preference=20 weight=5 10.0.0.2"},
       1,
       "10: m1(1) | 20: m2(5)",
       "10.0.0.1(1)",
       ""},
      {"all 0: all are alike",
       {"m1 weight=0 10.0.0.1", "m2 weight=0 10.0.0.2"},
       1,
       "10: m1(1) m2(1)",
       "10.0.0.1(1) 10.0.0.2(1)",
       ""},
      {"all down: nobody waits",
       {"m1 weight=0 down 10.0.0.1", "m2 weight=5 down 10.0.0.2"},
       1,
       "10: m1(1) m2(5)",
       "10.0.0.1(1) 10.0.0.2(5)",
       ""},
      {"failing open with a live member that has a weight: still waits",
       {"m1 weight=0 10.0.0.1", "m2 weight=5 10.0.0.2", "m3 weight=5 down 10.0.0.3"},
       3,
       "10: m2(5) m3(5)",
       "10.0.0.2(5) 10.0.0.3(5)",
       ""},
      {"only in the family where another has a weight",
       {"m1 weight=0 10.0.0.1 2001:db8::1", "m2 weight=5 10.0.0.2"},
       1,
       "10: m2(5)",
       "10.0.0.2(5)",
       "2001:db8::1(1)"},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, Families) {
  const Case cases[] = {
      {"a family leaves when all of it is down and the other lives",
       {"m1 10.0.0.1! 2001:db8::1", "m2 10.0.0.2!"},
       1,
       "10: m1(100)",
       "",
       "2001:db8::1(100)"},
      {"both are down: both stay",
       {"m1 10.0.0.1! 2001:db8::1!"},
       1,
       "10: m1(100)",
       "10.0.0.1(100)",
       "2001:db8::1(100)"},
      {"a server whose probed addresses are down is down, whatever the others are",
       {"m1 10.0.0.1! 2001:db8::1?", "m2 10.0.0.2"},
       1,
       "10: m2(100)",
       "10.0.0.2(100)",
       ""},
      {"its address that cannot be probed leaves where another server has a live one",
       {"m1 10.0.0.1! 2001:db8::1+?", "m2 10.0.0.2 2001:db8::2"},
       1,
       "10: m2(100)",
       "10.0.0.2(100)",
       "2001:db8::2(100)"},
      {"within a family, too", {"m1 10.0.0.1! 10.0.0.9?", "m2 10.0.0.2"}, 1, "10: m2(100)", "10.0.0.2(100)", ""},
      {"while what can be probed lives, it stays as it is",
       {"m1 10.0.0.1+ 2001:db8::1?", "m2 10.0.0.2+ 2001:db8::2!?"},
       1,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       "2001:db8::1(100)"},
      {"where nothing can be probed, all of it stays as it is",
       {"m1 10.0.0.1!? 2001:db8::1?"},
       1,
       "10: m1(100)",
       "",
       "2001:db8::1(100)"},
      {"nobody is live: all are answered",
       {"m1 10.0.0.1! 2001:db8::1?", "m2 10.0.0.2! 2001:db8::2?"},
       1,
       "10: m1(100) m2(100)",
       "10.0.0.1(100) 10.0.0.2(100)",
       "2001:db8::1(100) 2001:db8::2(100)"},
      {"a server that is down takes both its families with it",
       {"m1 down 10.0.0.1 2001:db8::1", "m2 10.0.0.2"},
       1,
       "10: m2(100)",
       "10.0.0.2(100)",
       ""},
      {"a weight is shared among the addresses of each family",
       {"m1 weight=90 10.0.0.1 10.0.0.2 10.0.0.3 2001:db8::1 2001:db8::2"},
       1,
       "10: m1(90)",
       "10.0.0.1(30) 10.0.0.2(30) 10.0.0.3(30)",
       "2001:db8::1(45) 2001:db8::2(45)"},
  };
  for (const auto& item : cases)
    check(item);
}

TEST(Eligibility, HostNames) {
  const struct {
    const char* why;
    const char* host;
    const char* a;
    const char* aaaa;
  } cases[] = {
      {"all of a family, each alike", "m1 weight=7 10.0.0.1 10.0.0.2 2001:db8::1", "10.0.0.1(0.5) 10.0.0.2(0.5)",
       "2001:db8::1(1)"},
      {"whatever the state", "m1 disabled 10.0.0.1", "10.0.0.1(1)", ""},
      {"whatever the server's own health", "m1 down 10.0.0.1 10.0.0.2!", "10.0.0.1(1)", ""},
      {"down ones stay when none is live", "m1 10.0.0.1! 10.0.0.2!", "10.0.0.1(0.5) 10.0.0.2(0.5)", ""},
      {"a family leaves while the other lives", "m1 10.0.0.1! 2001:db8::1", "", "2001:db8::1(1)"},
      {"both down: both stay", "m1 10.0.0.1! 2001:db8::1!", "10.0.0.1(1)", "2001:db8::1(1)"},
      {"a family does not leave for one that cannot be probed", "m1 10.0.0.1! 2001:db8::1?", "10.0.0.1(1)",
       "2001:db8::1(1)"},
      {"nor where none of its addresses can be", "m1 10.0.0.1!? 2001:db8::1?", "10.0.0.1(1)", "2001:db8::1(1)"},
      {"one that cannot be probed is no better than the others", "m1 10.0.0.1! 10.0.0.2?",
       "10.0.0.1(0.5) 10.0.0.2(0.5)", ""},
      {"no addresses here", "m1", "", ""},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.why);
    const auto host = server_of(item.host);
    EXPECT_EQ(words_of(eligible_addresses(host, AddressFamily::ipv4)), item.a);
    EXPECT_EQ(words_of(eligible_addresses(host, AddressFamily::ipv6)), item.aaaa);
  }
}

TEST(Eligibility, Down) {
  const struct {
    const char* server;
    bool down;
  } cases[] = {
      {"m1", false},
      {"m1 up", false},
      {"m1 down", true},
      {"m1 10.0.0.1", false},
      {"m1 up 10.0.0.1!", true},
      {"m1 down 10.0.0.1", true},
      {"m1 10.0.0.1!", true},
      {"m1 10.0.0.1! ::1", false},
      {"m1 10.0.0.1! ::1?", true},
      {"m1 10.0.0.1! ::1+?", true},
      {"m1 10.0.0.1 ::1!?", false},
      {"m1 10.0.0.1!? ::1?", false},
      {"m1 10.0.0.1!? ::1!?", true},
      {"m1 10.0.0.1! ::1!", true},
  };
  for (const auto& item : cases)
    EXPECT_EQ(is_down(server_of(item.server)), item.down) << item.server;
}

}  // namespace
}  // namespace mxbalance::answer
