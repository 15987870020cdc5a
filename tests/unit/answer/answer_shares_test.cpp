// The shares of mail that senders bring, over many lookups of one name.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "backend/answer/answer.h"
#include "tests/unit/answer/described_pools.h"
#include "tests/unit/answer/known_draws.h"

namespace mxbalance::answer {
namespace {

constexpr std::size_t many = 100000;
constexpr std::size_t few = 10000;

/// Mail by server name, in per cent. A sender's own random choice counts as its expectation.
using Mail = std::map<std::string, double>;

db::NameContents published(std::string name) {
  db::NameContents contents;
  contents.zone = {1, "example.com"};
  contents.name = std::move(name);
  return contents;
}

void expect_shares(const Mail& mail, const Mail& percent) {
  for (const auto& [server, share] : percent) {
    const auto found = mail.find(server);
    EXPECT_NEAR(found == mail.end() ? 0 : found->second, share, 0.5) << server;
  }
}

/// The MX targets of the lowest preference.
std::vector<std::string> best_targets(const std::vector<Row>& rows) {
  std::vector<std::string> targets;
  unsigned long best = 65536;
  for (const auto& row : rows) {
    std::size_t end = 0;
    const unsigned long preference = std::stoul(row.content, &end);
    if (preference < best) targets.clear();
    best = std::min(best, preference);
    if (preference == best) targets.push_back(row.content.substr(end + 1));
  }
  return targets;
}

/// A sender as RFC 5321 §5.1 wants it: the lowest preference, and any one of those that share it.
Mail mail_by_mx(const db::Pool& pool, std::size_t lookups) {
  auto contents = published("example.com");
  contents.mx_pool = shared(pool);
  DrawTable table(17);
  Mail mail;
  for (std::size_t i = 0; i < lookups; ++i) {
    const auto targets = best_targets(make_answer(contents, "MX", table.next(contents.name)));
    for (const auto& target : targets)
      mail[target] += 100.0 / static_cast<double>(targets.size() * lookups);
  }
  return mail;
}

/// A sender such as Postfix: any address of all the targets that share the lowest preference.
Mail mail_by_mx_addresses(const db::Pool& pool, std::size_t lookups) {
  auto contents = published("example.com");
  contents.mx_pool = shared(pool);
  DrawTable table(18);
  Mail mail;
  for (std::size_t i = 0; i < lookups; ++i) {
    Mail addresses;
    double all = 0;
    for (const auto& target : best_targets(make_answer(contents, "MX", table.next(contents.name)))) {
      auto host = published(target);
      for (const auto& member : pool.members) {
        if (member.server.name == target) host.host = member.server;
      }
      addresses[target] = static_cast<double>(make_answer(host, "ANY", Draw(0)).size());
      all += addresses[target];
    }
    for (const auto& [target, count] : addresses)
      mail[target] += 100 * count / (all * static_cast<double>(lookups));
  }
  return mail;
}

/// A sender that picks any of the addresses of `type`.
Mail mail_by_address(const db::Pool& pool, std::string_view type, std::size_t lookups) {
  auto contents = published("mail.example.com");
  contents.address_pool = shared(pool);
  std::map<std::string, std::string> server_at;
  for (const auto& member : pool.members) {
    for (const auto& address : member.server.addresses)
      server_at[address.address] = member.server.name;
  }
  DrawTable table(19);
  Mail mail;
  for (std::size_t i = 0; i < lookups; ++i) {
    const auto rows = make_answer(contents, type, table.next(contents.name));
    for (const auto& row : rows)
      mail[server_at.at(row.content)] += 100.0 / static_cast<double>(rows.size() * lookups);
  }
  return mail;
}

TEST(MxShares, FollowTheWeights) {
  expect_shares(mail_by_mx(pool_of({"m1 weight=70", "m2 weight=20", "m3 weight=10"}), many),
                {{"m1", 70}, {"m2", 20}, {"m3", 10}});
  expect_shares(mail_by_mx(pool_of({"m1", "m2", "m3", "m4"}), few),
                {{"m1", 25}, {"m2", 25}, {"m3", 25}, {"m4", 25}});
  expect_shares(mail_by_mx(pool_of({"m1 weight=65535", "m2 weight=1", "m3 weight=0"}), few),
                {{"m1", 100}, {"m2", 0}, {"m3", 0}});
}

TEST(MxShares, OfABestTierIgnoreTheOthers) {
  expect_shares(mail_by_mx(pool_of({"m1 weight=60", "m2 weight=40", "m3 preference=20 weight=900"}), few),
                {{"m1", 60}, {"m2", 40}, {"m3", 0}});
}

TEST(MxShares, HoldForRankedPoolsOfEqualWeights) {
  auto pool = pool_of({"m1", "m2", "m3", "m4"});
  pool.mx_policy = db::MxPolicy::ranked;
  expect_shares(mail_by_mx(pool, few), {{"m1", 25}, {"m2", 25}, {"m3", 25}, {"m4", 25}});
}

TEST(MxShares, HoldForSendersThatPoolTheAddresses) {
  for (const auto& pool :
       {pool_of({"m1 10.0.0.1 10.0.0.2 ::1", "m2 10.0.0.3"}), pool_of({"m1 10.0.0.1! 10.0.0.2", "m2 10.0.0.3"}),
        pool_of({"m1 10.0.0.1! 10.0.0.2!", "m2 10.0.0.3!"})}) {
    expect_shares(mail_by_mx_addresses(pool, few), {{"m1", 50}, {"m2", 50}});
  }
}

TEST(AddressShares, FollowTheWeights) {
  auto pool = pool_of({"m1 weight=50 10.0.0.1", "m2 weight=30 10.0.0.2", "m3 weight=20 10.0.0.3"});
  pool.address_policy = db::AddressPolicy::subset;
  expect_shares(mail_by_address(pool, "A", many), {{"m1", 50}, {"m2", 30}, {"m3", 20}});
}

TEST(AddressShares, AreTheServersWhateverNumberOfAddressesTheyHave) {
  auto pool = pool_of(
      {"m1 weight=60 10.0.0.1 10.0.0.2 10.0.0.3", "m2 weight=25 10.0.0.4 10.0.0.5", "m3 weight=15 10.0.0.6"});
  pool.address_policy = db::AddressPolicy::subset;
  expect_shares(mail_by_address(pool, "A", many), {{"m1", 60}, {"m2", 25}, {"m3", 15}});
}

TEST(AddressShares, OfAHostNameAreEvenForSendersThatTakeTheFirst) {
  auto contents = published("m1");
  contents.host = server_of("m1 10.0.0.1 10.0.0.2 10.0.0.3");
  DrawTable table(20);
  Mail mail;
  for (std::size_t i = 0; i < few; ++i)
    mail[make_answer(contents, "A", table.next(contents.name)).front().content] += 100.0 / few;
  const double third = 100.0 / 3;
  expect_shares(mail, {{"10.0.0.1", third}, {"10.0.0.2", third}, {"10.0.0.3", third}});
}

TEST(AddressShares, HoldInBothFamiliesForSubsetAndAuto) {
  const struct {
    std::initializer_list<std::string_view> members;
    std::uint32_t max_addresses;
    Mail percent;
  } cases[] = {
      {{"m1 weight=70 10.0.0.1 ::1", "m2 weight=20 10.0.0.2 ::2", "m3 weight=10 10.0.0.3 ::3"},
       8,
       {{"m1", 70}, {"m2", 20}, {"m3", 10}}},
      {{"m1 10.0.0.1 10.0.0.2 10.0.0.3 ::1 ::2", "m2 10.0.0.4 ::3"}, 8, {{"m1", 50}, {"m2", 50}}},
      {{"m1 weight=60 10.0.0.1 10.0.0.2 10.0.0.3 ::1", "m2 weight=20 10.0.0.4 ::2 ::3",
        "m3 weight=20 10.0.0.5 ::4"},
       2,
       {{"m1", 60}, {"m2", 20}, {"m3", 20}}},
      {{"m1 10.0.0.1 ::1", "m2 10.0.0.2 ::2", "m3 10.0.0.3 ::3", "m4 10.0.0.4 ::4", "m5 10.0.0.5 ::5"},
       3,
       {{"m1", 20}, {"m2", 20}, {"m3", 20}, {"m4", 20}, {"m5", 20}}},
      {{"m1 weight=30 10.0.0.1 ::1", "m2 weight=70 10.0.0.2! 10.0.0.3 ::2", "m3 weight=50 down 10.0.0.4 ::3"},
       8,
       {{"m1", 30}, {"m2", 70}, {"m3", 0}}},
      {{"m1 weight=9 10.0.0.1 ::1", "m2 weight=1 10.0.0.2 ::2", "m3 weight=0 10.0.0.3 ::3"},
       8,
       {{"m1", 90}, {"m2", 10}, {"m3", 0}}},
  };
  for (const auto& item : cases) {
    for (const auto policy : {db::AddressPolicy::automatic, db::AddressPolicy::subset}) {
      for (const char* type : {"A", "AAAA"}) {
        SCOPED_TRACE("pool " + std::to_string(&item - cases) + " " + type);
        auto pool = pool_of(item.members);
        pool.address_policy = policy;
        pool.max_addresses = item.max_addresses;
        expect_shares(mail_by_address(pool, type, few), item.percent);
      }
    }
  }
}

}  // namespace
}  // namespace mxbalance::answer
