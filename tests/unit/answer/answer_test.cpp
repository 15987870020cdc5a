#include "backend/answer/answer.h"

#include <functional>

#include <gtest/gtest.h>

#include "tests/unit/answer/described_pools.h"
#include "tests/unit/answer/known_draws.h"

namespace mxbalance::answer {
namespace {

using Words = std::vector<std::string>;

/// "MX 10 mail1. 60", and behind it what a row is: turns, glue (no authority).
Words words_of(const std::vector<Row>& rows) {
  Words words;
  for (const auto& row : rows) {
    words.push_back(row.type + ' ' + row.content + ' ' + std::to_string(row.ttl) + (row.turns ? " turns" : "") +
                    (row.auth ? "" : " glue"));
  }
  return words;
}

/// Known orders of the weights 70, 20, 10 (see policies_test.cpp).
const Draw draw_021 = Draw(0);
const Draw draw_120 = Draw(golden_step * 3);

db::NameContents at_name(std::vector<db::Record> records = {}) {
  db::NameContents contents;
  contents.zone = {1, "example.com"};
  contents.name = "example.com";
  contents.records = std::move(records);
  return contents;
}

db::Record record(std::string type, std::string content) {
  return {"example.com", std::move(type), std::move(content), 3600};
}

Words mx_words(const db::Pool& pool, Draw draw) {
  auto contents = at_name();
  contents.mx_pool = shared(pool);
  Words words;
  for (const auto& row : make_answer(contents, "MX", draw))
    words.push_back(row.content);
  return words;
}

Words address_words(const db::Pool& pool, std::string_view type, Draw draw) {
  auto contents = at_name();
  contents.address_pool = shared(pool);
  Words words;
  for (const auto& row : make_answer(contents, type, draw))
    words.push_back(row.content);
  return words;
}

TEST(MxAnswer, Policies) {
  const std::initializer_list<std::string_view> uneven = {"m1 weight=70", "m2 weight=20", "m3 weight=10"};
  const std::initializer_list<std::string_view> even = {"m1", "m2"};
  const struct {
    const char* why;
    db::MxPolicy policy;
    std::initializer_list<std::string_view> members;
    Draw draw;
    Words expected;
  } cases[] = {
      {"uneven weights are ranked", db::MxPolicy::automatic, uneven, draw_021, {"10 m1", "11 m3", "12 m2"}},
      {"by another draw", db::MxPolicy::automatic, uneven, draw_120, {"10 m2", "11 m3", "12 m1"}},
      {"even ones share a preference", db::MxPolicy::automatic, even, draw_021, {"10 m1", "10 m2"}},
      {"and only turn", db::MxPolicy::automatic, even, Draw(golden_step), {"10 m2", "10 m1"}},
      {"equal whatever the weights", db::MxPolicy::equal, uneven, draw_120, {"10 m2", "10 m3", "10 m1"}},
      {"ranked whatever the weights", db::MxPolicy::ranked, even, draw_021, {"10 m1", "11 m2"}},
      {"one member", db::MxPolicy::automatic, {"m1 weight=70"}, draw_120, {"10 m1"}},
      {"a server with more addresses would draw more mail: ranked",
       db::MxPolicy::automatic,
       {"m1 10.0.0.1 10.0.0.2", "m2 10.0.0.3"},
       draw_021,
       {"10 m1", "11 m2"}},
      {"as many IPv4, more IPv6",
       db::MxPolicy::automatic,
       {"m1 10.0.0.1 ::1", "m2 10.0.0.2"},
       draw_021,
       {"10 m1", "11 m2"}},
      {"a down address is none",
       db::MxPolicy::automatic,
       {"m1 10.0.0.1 10.0.0.2!", "m2 10.0.0.3"},
       draw_021,
       {"10 m1", "10 m2"}},
      {"all down: host names answer all their addresses",
       db::MxPolicy::automatic,
       {"m1 10.0.0.1! 10.0.0.2!", "m2 10.0.0.3!"},
       draw_021,
       {"10 m1", "11 m2"}},
      {"each tier for itself",
       db::MxPolicy::automatic,
       {"m1", "m2", "m3 preference=20 weight=70", "m4 preference=20 weight=30"},
       draw_021,
       {"10 m1", "10 m2", "20 m3", "21 m4"}},
  };
  for (const auto& item : cases) {
    auto pool = pool_of(item.members);
    pool.mx_policy = item.policy;
    EXPECT_EQ(mx_words(pool, item.draw), item.expected) << item.why;
  }
}

TEST(MxAnswer, TiersNeverOverlap) {
  const struct {
    std::initializer_list<std::string_view> members;
    db::MxPolicy policy;
    Words expected;
  } cases[] = {
      {{"m1", "m2", "m3 preference=11"}, db::MxPolicy::ranked, {"10 m1", "11 m2", "12 m3"}},
      {{"m1", "m2", "m3 preference=11"}, db::MxPolicy::equal, {"10 m1", "10 m2", "11 m3"}},
      {{"m1", "m2", "m3 preference=12"}, db::MxPolicy::ranked, {"10 m1", "11 m2", "12 m3"}},
      {{"m1 preference=0", "m2 preference=0", "m3 preference=1", "m4 preference=2"},
       db::MxPolicy::ranked,
       {"0 m1", "1 m2", "2 m3", "3 m4"}},
      {{"m1 preference=65535", "m2 preference=65535"}, db::MxPolicy::ranked, {"65534 m1", "65535 m2"}},
      {{"m1 preference=65535", "m2 preference=65535"}, db::MxPolicy::equal, {"65535 m1", "65535 m2"}},
      {{"m1 preference=65534", "m2 preference=65534", "m3 preference=65535"},
       db::MxPolicy::ranked,
       {"65533 m1", "65534 m2", "65535 m3"}},
      {{"m1 weight=9 preference=65534", "m2 weight=1 preference=65534", "m3 preference=65535",
        "m4 preference=65535"},
       db::MxPolicy::automatic,
       {"65533 m1", "65534 m2", "65535 m3", "65535 m4"}},
      {{"m0 preference=100", "m1 preference=65535", "m2 preference=65535"},
       db::MxPolicy::ranked,
       {"100 m0", "65534 m1", "65535 m2"}},
      {{"m1 weight=7", "m2 weight=5", "m3 weight=3", "m4 preference=11 weight=1", "m5 preference=11 weight=1",
        "m6 preference=12 weight=1"},
       db::MxPolicy::automatic,
       {"10 m1", "11 m3", "12 m2", "13 m4", "13 m5", "14 m6"}},
  };
  for (const auto& item : cases) {
    auto pool = pool_of(item.members);
    pool.mx_policy = item.policy;
    EXPECT_EQ(mx_words(pool, draw_021), item.expected);
  }
}

TEST(AddressAnswer, Policies) {
  const std::initializer_list<std::string_view> uneven = {"m1 weight=50 10.0.0.1 ::1", "m2 weight=30 10.0.0.2 ::2",
                                                          "m3 weight=20 10.0.0.3"};
  const std::initializer_list<std::string_view> even = {"m1 10.0.0.1", "m2 10.0.0.2", "m3 10.0.0.3"};
  const struct {
    const char* why;
    db::AddressPolicy policy;
    std::initializer_list<std::string_view> members;
    std::uint32_t max_addresses;
    const char* type;
    Draw draw;
    Words expected;
  } cases[] = {
      {"even weights: all",
       db::AddressPolicy::automatic,
       even,
       8,
       "A",
       draw_at(0, 3),
       {"10.0.0.1", "10.0.0.3", "10.0.0.2"}},
      {"uneven ones: as many as keep the shares",
       db::AddressPolicy::automatic,
       uneven,
       8,
       "A",
       draw_at(30, 100),
       {"10.0.0.1", "10.0.0.3"}},
      {"all, whatever the weights",
       db::AddressPolicy::all,
       uneven,
       8,
       "A",
       draw_at(0, 100),
       {"10.0.0.1", "10.0.0.3", "10.0.0.2"}},
      {"a subset of even weights is all of them",
       db::AddressPolicy::subset,
       even,
       8,
       "A",
       draw_at(34, 100),
       {"10.0.0.2", "10.0.0.3", "10.0.0.1"}},
      {"at most so many of a subset",
       db::AddressPolicy::subset,
       even,
       2,
       "A",
       draw_at(0, 100),
       {"10.0.0.1", "10.0.0.2"}},
      {"at most so many of all", db::AddressPolicy::all, uneven, 1, "A", draw_at(85, 100), {"10.0.0.3"}},
      {"families are chosen each for itself",
       db::AddressPolicy::automatic,
       uneven,
       8,
       "AAAA",
       draw_at(70, 100),
       {"::2"}},
      {"the other type stays out", db::AddressPolicy::automatic, even, 8, "AAAA", draw_021, {}},
      {"a family that is down leaves",
       db::AddressPolicy::automatic,
       {"m1 10.0.0.1! ::1", "m2 10.0.0.2! ::2!"},
       8,
       "A",
       draw_021,
       {}},
      {"while the other one answers",
       db::AddressPolicy::automatic,
       {"m1 10.0.0.1! ::1", "m2 10.0.0.2! ::2!"},
       8,
       "ANY",
       draw_021,
       {"::1"}},
      {"all down: both families, all members",
       db::AddressPolicy::automatic,
       {"m1 10.0.0.1! ::1!", "m2 ::2!"},
       8,
       "ANY",
       draw_021,
       {"10.0.0.1", "::1", "::2"}},
  };
  for (const auto& item : cases) {
    auto pool = pool_of(item.members);
    pool.address_policy = item.policy;
    pool.max_addresses = item.max_addresses;
    EXPECT_EQ(address_words(pool, item.type, item.draw), item.expected) << item.why;
  }
}

TEST(AddressAnswer, MaxAddressesHoldsForEachFamily) {
  const auto pool = [] {
    auto made = pool_of({"m1 10.0.0.1 10.0.0.2 ::1 ::2 ::3", "m2 10.0.0.3 10.0.0.4 ::4 ::5 ::6"});
    made.max_addresses = 3;
    return made;
  }();
  EXPECT_EQ(address_words(pool, "A", draw_021).size(), 3U);
  EXPECT_EQ(address_words(pool, "AAAA", draw_021).size(), 3U);
  EXPECT_EQ(address_words(pool, "ANY", draw_021).size(), 6U);
}

TEST(Answer, TypedQuestionsTakeTheirRowsOfAny) {
  auto contents = at_name({record("SOA", "soa"), record("TXT", "\"v=spf1 -all\"")});
  contents.mx_pool = shared(pool_of({"m1"}));
  contents.address_pool = shared(pool_of({"m1 10.0.0.1 ::1"}));
  const struct {
    const char* type;
    Words expected;
  } cases[] = {
      {"ANY",
       {"MX 10 m1 60 turns", "A 10.0.0.1 60 turns", "AAAA ::1 60 turns", "SOA soa 3600",
        "TXT \"v=spf1 -all\" 3600"}},
      {"MX", {"MX 10 m1 60 turns"}},
      {"A", {"A 10.0.0.1 60 turns"}},
      {"AAAA", {"AAAA ::1 60 turns"}},
      {"SOA", {"SOA soa 3600"}},
      {"NS", {}},
  };
  for (const auto& item : cases)
    EXPECT_EQ(words_of(make_answer(contents, item.type, draw_021)), item.expected) << item.type;
}

TEST(Answer, TtlIsThePoolsOrTheHosts) {
  auto contents = at_name();
  auto pool = pool_of({"m1"});
  pool.ttl = 0;
  contents.mx_pool = shared(pool);
  contents.host = server_of("m1 ttl=86400 10.0.0.1");
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), (Words{"MX 10 m1 0 turns", "A 10.0.0.1 86400"}));
}

TEST(HostName, TurnsOnlyWithSeveralAddressesOfAFamily) {
  const struct {
    const char* host;
    Words expected;
  } cases[] = {
      {"m1 10.0.0.1", {"A 10.0.0.1 60"}},
      {"m1 10.0.0.1 ::1", {"A 10.0.0.1 60", "AAAA ::1 60"}},
      {"m1 10.0.0.1 10.0.0.2", {"A 10.0.0.1 60 turns", "A 10.0.0.2 60 turns"}},
      {"m1 10.0.0.1 ::1 ::2", {"AAAA ::1 60 turns", "AAAA ::2 60 turns", "A 10.0.0.1 60"}},
      {"m1 disabled 10.0.0.1", {"A 10.0.0.1 60"}},
      {"m1 10.0.0.1!", {"A 10.0.0.1 60"}},
      // The next lookup may find the other one up again.
      {"m1 10.0.0.1! 10.0.0.2", {"A 10.0.0.2 60 turns"}},
      {"m1 10.0.0.1! ::1", {"AAAA ::1 60"}},
      {"m1", {}},
  };
  for (const auto& item : cases) {
    auto contents = at_name();
    contents.host = server_of(item.host);
    EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), item.expected) << item.host;
  }
}

TEST(StaticRecords, GiveWayToWhoSpeaksForTheirType) {
  const std::vector<db::Record> records = {record("A", "192.0.2.1"), record("AAAA", "2001:db8::1"),
                                           record("CNAME", "c."), record("MX", "5 old."), record("TXT", "\"t\"")};
  const auto kept = [&](const std::function<void(db::NameContents&)>& publish) {
    auto contents = at_name(records);
    publish(contents);
    std::string types;
    for (const auto& row : make_answer(contents, "ANY", draw_021)) {
      if (row.ttl == 3600) types += row.type + ' ';
    }
    return types;
  };
  EXPECT_EQ(kept([](auto&) {}), "A AAAA CNAME MX TXT ");
  EXPECT_EQ(kept([](auto& name) { name.mx_pool = shared(pool_of({"m1"})); }), "A AAAA TXT ");
  EXPECT_EQ(kept([](auto& name) { name.address_pool = shared(pool_of({"m1 10.0.0.1"})); }), "MX TXT ");
  EXPECT_EQ(kept([](auto& name) { name.host = server_of("m1 10.0.0.1"); }), "AAAA MX TXT ");
  EXPECT_EQ(kept([](auto& name) { name.host = server_of("m1 ::1"); }), "A MX TXT ");
  EXPECT_EQ(kept([](auto& name) { name.host = server_of("m1 10.0.0.1! ::1"); }), "MX TXT ");
  EXPECT_EQ(kept([](auto& name) { name.host = server_of("m1"); }), "A AAAA CNAME MX TXT ");
}

TEST(StaticRecords, CnameGivesWayToTypedQuestionsToo) {
  auto contents = at_name({record("CNAME", "c.")});
  EXPECT_EQ(words_of(make_answer(contents, "CNAME", draw_021)), (Words{"CNAME c. 3600"}));
  contents.mx_pool = shared(pool_of({"m1"}));
  EXPECT_EQ(words_of(make_answer(contents, "CNAME", draw_021)), Words{});
}

TEST(EmptyNonTerminal, AnswersOnlyAny) {
  auto contents = at_name();
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), Words{}) << "nothing stands at the name or below";
  contents.has_names_below = true;
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), (Words{"  0"}));
  EXPECT_EQ(words_of(make_answer(contents, "A", draw_021)), Words{});
  contents.is_below_delegation = true;
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), (Words{"  0 glue"}));
  contents.is_below_delegation = false;
  contents.is_not_authoritative = true;
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), (Words{"  0 glue"}));
  contents.is_not_authoritative = false;
  contents.host = server_of("m1");
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), (Words{"  0"}))
      << "a mail server without an address";
}

TEST(Authority, EndsAtDelegations) {
  auto contents = at_name({record("A", "192.0.2.1"), record("DS", "1 13 2 00"), record("NS", "ns.")});
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)),
            (Words{"A 192.0.2.1 3600", "DS 1 13 2 00 3600", "NS ns. 3600"}));
  contents.is_delegation = true;
  const Words at_the_cut = {"A 192.0.2.1 3600 glue", "DS 1 13 2 00 3600", "NS ns. 3600 glue"};
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), at_the_cut);
  EXPECT_EQ(words_of(make_transfer(contents)), at_the_cut);
  contents.is_delegation = false;
  contents.is_below_delegation = true;
  EXPECT_EQ(words_of(make_answer(contents, "ANY", draw_021)), at_the_cut) << "DS as PowerDNS has it";
  contents.mx_pool = shared(pool_of({"m1"}));
  EXPECT_EQ(words_of(make_answer(contents, "MX", draw_021)), (Words{"MX 10 m1 60 turns glue"}));
  contents = at_name({record("A", "192.0.2.1"), record("RRSIG", "A 13 2 60 1 1 1 . AA==")});
  contents.is_delegation = true;
  EXPECT_EQ(words_of(make_answer(contents, "RRSIG", draw_021)), (Words{"RRSIG A 13 2 60 1 1 1 . AA== 3600"}));
}

TEST(NothingToAnswer, IsAnErrorAndNeverAnEmptyAnswer) {
  auto contents = at_name({record("TXT", "\"t\"")});
  for (const auto& pool : {pool_of({}), pool_of({"m1 disabled 10.0.0.1"})}) {
    contents.mx_pool = shared(pool);
    contents.address_pool.reset();
    EXPECT_THROW(make_answer(contents, "MX", draw_021), NothingToAnswer);
    EXPECT_THROW(make_answer(contents, "ANY", draw_021), NothingToAnswer);
    EXPECT_THROW(make_transfer(contents), NothingToAnswer);
    EXPECT_EQ(make_answer(contents, "TXT", draw_021).size(), 1U);
  }
  contents.mx_pool.reset();
  contents.address_pool = shared(pool_of({"m1"}));  // a member, but no address
  for (const char* type : {"A", "AAAA", "ANY"})
    EXPECT_THROW(make_answer(contents, type, draw_021), NothingToAnswer) << type;
  EXPECT_THROW(make_transfer(contents), NothingToAnswer);
  EXPECT_EQ(make_answer(contents, "MX", draw_021).size(), 0U);
}

TEST(NothingToAnswer, IsTheAnswerWhereOnlyBadRecordsSayWhereMailGoes) {
  struct Case {
    const char* why;
    std::vector<db::Record> records;
    std::vector<std::string> unservable;
    const char* question;
    bool fails;
  };
  const std::vector<Case> cases = {
      {"mail would go to the domain's own address", {record("A", "192.0.2.1")}, {"MX"}, "ANY", true},
      {"nobody asked for where mail goes", {record("A", "192.0.2.1")}, {"MX"}, "A", false},
      {"an MX target without an address", {record("TXT", "\"t\"")}, {"A"}, "ANY", true},
      {"the other family is there", {record("AAAA", "::1")}, {"A"}, "ANY", false},
      {"the other family, and none", {record("TXT", "\"t\"")}, {"A"}, "AAAA", false},
      {"an alias is there", {record("CNAME", "c.")}, {"A"}, "ANY", false},
      {"MX say where mail goes", {record("MX", "10 m.")}, {"A", "AAAA"}, "ANY", false},
      {"only a part of what stands there", {record("A", "192.0.2.1")}, {"TXT"}, "ANY", false},
      {"the name would not exist", {}, {"TXT"}, "ANY", true},
      {"the name would not exist", {}, {"CNAME"}, "ANY", true},
  };
  for (const auto& one : cases) {
    auto contents = at_name(one.records);
    contents.unservable_types = one.unservable;
    if (one.fails) {
      EXPECT_THROW(make_answer(contents, one.question, draw_021), NothingToAnswer) << one.why;
    } else {
      EXPECT_NO_THROW(make_answer(contents, one.question, draw_021)) << one.why;
    }
  }
  auto published = at_name();
  published.unservable_types = {"MX", "A"};
  published.mx_pool = shared(pool_of({"m1"}));
  EXPECT_EQ(make_answer(published, "ANY", draw_021).size(), 1U) << "a pool speaks for MX";
}

TEST(Transfer, IsTheSameTwiceAndHoldsWhoMayBeAnswered) {
  auto contents = at_name({record("MX", "5 old."), record("TXT", "\"t\"")});
  contents.mx_pool = shared(pool_of({"m1 weight=70", "m2 weight=30", "m3 down", "m4 preference=11"}));
  auto pool = pool_of({"m1 weight=70 10.0.0.1 10.0.0.2", "m2 weight=1 10.0.0.3 ::3"});
  pool.max_addresses = 1;
  contents.address_pool = shared(pool);
  const Words expected = {"MX 10 m1 60",   "MX 10 m2 60",   "MX 11 m4 60", "A 10.0.0.1 60",
                          "A 10.0.0.2 60", "A 10.0.0.3 60", "AAAA ::3 60", "TXT \"t\" 3600"};
  EXPECT_EQ(words_of(make_transfer(contents)), expected);
  EXPECT_EQ(words_of(make_transfer(contents)), expected);
}

TEST(Transfer, HoldsHostNamesAndEmptyNonTerminals) {
  auto contents = at_name();
  EXPECT_EQ(words_of(make_transfer(contents)), Words{});
  contents.has_names_below = true;
  EXPECT_EQ(words_of(make_transfer(contents)), Words{"  0"});
  contents.is_not_authoritative = true;
  EXPECT_EQ(words_of(make_transfer(contents)), Words{"  0 glue"});
  contents.is_not_authoritative = false;
  contents.host = server_of("m1 disabled ttl=300 10.0.0.1! 10.0.0.2 ::1");
  EXPECT_EQ(words_of(make_transfer(contents)), (Words{"A 10.0.0.2 300", "AAAA ::1 300"}));
}

}  // namespace
}  // namespace mxbalance::answer
