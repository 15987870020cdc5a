#include "db/lookup/pools.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

class Pools : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO mail_servers (name, weight, ttl) VALUES ('mail1.example.com', 100, 30),"
        " ('mail2.example.com', 300, 60), ('backup.example.net', 50, 120);"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1'),"
        " ('mail1.example.com', '2001:db8::1'), ('mail2.example.com', '10.0.0.2'),"
        " ('backup.example.net', '192.0.2.9'), ('backup.example.net', '192.0.2.10');"
        "INSERT INTO pools (name) VALUES ('gateways'), ('empty');"
        "INSERT INTO pool_members (pool, server, preference, weight) VALUES"
        " ('gateways', 'mail2.example.com', 10, NULL), ('gateways', 'backup.example.net', 5, NULL),"
        " ('gateways', 'mail1.example.com', 10, 7);");
  }

  /// Runs SQL with the CHECKs off, as a foreign program may.
  void exec_unchecked(const std::string& sql) { database_.exec("PRAGMA ignore_check_constraints = ON;" + sql); }

  std::optional<Pool> pool(std::string_view name = "gateways") {
    std::optional<Pool> found;
    Connection connection(database_.path(), Connection::Mode::reading);
    read(connection, [&](Connection& in_transaction) { found = read_pool(in_transaction, name, defects_); });
    return found;
  }

  std::optional<MailServer> mail_server(std::string_view name) {
    std::optional<MailServer> found;
    Connection connection(database_.path(), Connection::Mode::reading);
    read(connection,
         [&](Connection& in_transaction) { found = read_mail_server(in_transaction, name, defects_); });
    return found;
  }

  testing::TemporaryDatabase database_;
  std::vector<RowDefect> defects_;
};

std::vector<std::string> names_of(const Pool& pool) {
  std::vector<std::string> names;
  for (const auto& member : pool.members)
    names.push_back(member.server.name);
  return names;
}

std::vector<std::string> addresses_of(const MailServer& server) {
  std::vector<std::string> addresses;
  for (const auto& address : server.addresses)
    addresses.push_back(address.address);
  return addresses;
}

using Texts = std::vector<std::string>;

TEST_F(Pools, IsReadAtTheLimitsOfItsColumns) {
  database_.exec(
      "UPDATE mail_servers SET weight = 65535, ttl = 86400;"
      "UPDATE pool_members SET weight = 65535, preference = 65535 WHERE server = 'mail1.example.com';"
      "UPDATE pools SET ttl = 86400, max_addresses = 64, min_live = 65535, slow_start = 86400");
  const auto found = pool();
  ASSERT_EQ(found->members.size(), 3U);
  EXPECT_EQ(found->members.front().weight, 65535U) << "its server's";
  EXPECT_EQ(found->members.front().server.ttl, 86400U);
  EXPECT_EQ(found->members.back().weight, 65535U);
  EXPECT_EQ(found->members.back().preference, 65535U);
  EXPECT_EQ(found->ttl, 86400U);
  EXPECT_EQ(found->max_addresses, 64U);
  EXPECT_EQ(found->min_live, 65535U);
  EXPECT_EQ(found->slow_start, 86400U);
  EXPECT_TRUE(defects_.empty());
}

TEST_F(Pools, HasNoMemberWhoseNameIsNoHostName) {
  exec_unchecked(
      R"(INSERT INTO mail_servers (name) VALUES ('10.0.0.9'), ('a\.b.example');
         INSERT INTO pool_members (pool, server) VALUES ('empty', '10.0.0.9'), ('empty', 'a\.b.example'))");
  EXPECT_EQ(names_of(pool("empty").value()), Texts{});
  EXPECT_EQ(defects_.size(), 2U);
}

TEST_F(Pools, KnowsWhichAddressesCannotBeProbed) {
  database_.exec("UPDATE mail_addresses SET unprobed_since = 1800000000 WHERE address = '10.0.0.1'");
  const auto server = mail_server("mail1.example.com");
  ASSERT_EQ(server->addresses.size(), 2U);
  EXPECT_TRUE(server->addresses[0].is_unprobed);
  EXPECT_FALSE(server->addresses[1].is_unprobed);
  const auto member = pool()->members[1].server;
  ASSERT_EQ(member.name, "mail1.example.com");
  EXPECT_TRUE(member.addresses[0].is_unprobed);
}

TEST_F(Pools, TakesNoBytesForAWord) {
  exec_unchecked("UPDATE mail_servers SET state = CAST('enabled' AS BLOB) WHERE name = 'mail1.example.com'");
  EXPECT_EQ(names_of(pool().value()), (std::vector<std::string>{"backup.example.net", "mail2.example.com"}));
  ASSERT_EQ(defects_.size(), 1U);
  EXPECT_EQ(defects_.front().problem, "state is \"enabled\", which is not allowed");
}

TEST_F(Pools, HasTheDefaultsOfTheStore) {
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "gateways");
  EXPECT_EQ(found->ttl, 60U);
  EXPECT_EQ(found->mx_policy, MxPolicy::automatic);
  EXPECT_EQ(found->address_policy, AddressPolicy::automatic);
  EXPECT_EQ(found->max_addresses, 8U);
  EXPECT_EQ(found->min_live, 1U);
}

TEST_F(Pools, HasWhatIsSet) {
  database_.exec(
      "UPDATE pools SET ttl = 0, mx_policy = 'ranked', address_policy = 'subset', max_addresses = 64, min_live = "
      "65535"
      " WHERE name = 'gateways';"
      "UPDATE pools SET ttl = 86400, mx_policy = 'equal', address_policy = 'all', max_addresses = 1 WHERE name = "
      "'empty'");
  const auto gateways = pool();
  ASSERT_TRUE(gateways);
  EXPECT_EQ(gateways->ttl, 0U);
  EXPECT_EQ(gateways->mx_policy, MxPolicy::ranked);
  EXPECT_EQ(gateways->address_policy, AddressPolicy::subset);
  EXPECT_EQ(gateways->max_addresses, 64U);
  EXPECT_EQ(gateways->min_live, 65535U);
  const auto empty = pool("empty");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->ttl, 86400U);
  EXPECT_EQ(empty->mx_policy, MxPolicy::equal);
  EXPECT_EQ(empty->address_policy, AddressPolicy::all);
  EXPECT_EQ(empty->max_addresses, 1U);
  EXPECT_TRUE(empty->members.empty());
  EXPECT_TRUE(defects_.empty());
}

TEST_F(Pools, HasItsMembersInTheOrderOfPreferenceAndName) {
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_EQ(names_of(*found), (Texts{"backup.example.net", "mail1.example.com", "mail2.example.com"}));
  const auto& backup = found->members[0];
  const auto& mail1 = found->members[1];
  const auto& mail2 = found->members[2];
  EXPECT_EQ(backup.preference, 5U);
  EXPECT_EQ(mail1.preference, 10U);
  EXPECT_EQ(backup.weight, 50U) << "the server's own";
  EXPECT_EQ(mail1.weight, 7U) << "the membership's";
  EXPECT_EQ(mail1.server.weight, 100U);
  EXPECT_EQ(mail2.weight, 300U);
  EXPECT_EQ(mail1.server.ttl, 30U);
  EXPECT_TRUE(defects_.empty());
}

TEST_F(Pools, KeepsAWeightOfZero) {
  database_.exec(
      "UPDATE pool_members SET weight = 0 WHERE server = 'mail1.example.com';"
      "UPDATE mail_servers SET weight = 0 WHERE name = 'mail2.example.com'");
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->members[1].weight, 0U);
  EXPECT_EQ(found->members[2].weight, 0U);
}

TEST_F(Pools, HasTheAddressesOfItsMembers) {
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_EQ(addresses_of(found->members[0].server), (Texts{"192.0.2.10", "192.0.2.9"}));
  EXPECT_EQ(addresses_of(found->members[1].server), (Texts{"10.0.0.1", "2001:db8::1"}));
  EXPECT_EQ(addresses_of(found->members[2].server), (Texts{"10.0.0.2"}));
  EXPECT_EQ(found->members[1].server.addresses[0].family, AddressFamily::ipv4);
  EXPECT_EQ(found->members[1].server.addresses[1].family, AddressFamily::ipv6);
}

TEST_F(Pools, HasStateAndHealthOfServersAndAddresses) {
  database_.exec(
      "UPDATE mail_servers SET state = 'drain', health = 'down' WHERE name = 'mail1.example.com';"
      "UPDATE mail_servers SET state = 'disabled', health = 'up' WHERE name = 'mail2.example.com';"
      "UPDATE mail_addresses SET health = 'down' WHERE address = '10.0.0.1';"
      "UPDATE mail_addresses SET health = 'up' WHERE address = '2001:db8::1';");
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->members[0].server.state, ServerState::enabled);
  EXPECT_EQ(found->members[0].server.health, Health::unknown);
  EXPECT_EQ(found->members[1].server.state, ServerState::drain);
  EXPECT_EQ(found->members[1].server.health, Health::down);
  EXPECT_EQ(found->members[1].server.addresses[0].health, Health::down);
  EXPECT_EQ(found->members[1].server.addresses[1].health, Health::up);
  EXPECT_EQ(found->members[2].server.state, ServerState::disabled);
  EXPECT_EQ(found->members[2].server.health, Health::up);
}

TEST_F(Pools, IsAbsentWhenThereIsNone) {
  EXPECT_FALSE(pool("nowhere"));
  EXPECT_FALSE(pool(""));
  EXPECT_FALSE(pool("GATEWAYS"));
  EXPECT_TRUE(defects_.empty());
}

TEST_F(Pools, LeavesOutAMemberWhoseRowIsWrong) {
  const std::string servers = "UPDATE mail_servers SET ";
  const std::string of_mail1 = " WHERE name = 'mail1.example.com'";
  const std::string members = "UPDATE pool_members SET ";
  const std::string member_mail1 = " WHERE server = 'mail1.example.com'";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {servers + "weight = -1" + of_mail1, "weight is \"-1\""},
      {servers + "weight = 65536" + of_mail1, "weight is \"65536\""},
      {servers + "weight = 'heavy'" + of_mail1, "weight is \"heavy\""},
      {servers + "weight = 1.5" + of_mail1, "weight is \"1.5\""},
      {servers + "weight = 9223372036854775807" + of_mail1, "weight is \"9223372036854775807\""},
      {servers + "weight = 4294967396" + of_mail1, "weight is \"4294967396\""},
      {servers + "state = 'off'" + of_mail1, "state is \"off\""},
      {servers + "state = 'Enabled'" + of_mail1, "state is \"Enabled\""},
      {servers + "state = ''" + of_mail1, "state is \"\""},
      {servers + "health = 'dead'" + of_mail1, "health is \"dead\""},
      {servers + "ttl = -1" + of_mail1, "ttl is \"-1\""},
      {servers + "ttl = 86401" + of_mail1, "ttl is \"86401\""},
      {members + "preference = 65536" + member_mail1, "preference is \"65536\""},
      {members + "preference = -1" + member_mail1, "preference is \"-1\""},
      {members + "weight = 65536" + member_mail1, "weight is \"65536\""},
      {members + "weight = 'x'" + member_mail1, "weight is \"x\""},
  };
  for (const auto& [sql, problem] : rows) {
    database_.exec("UPDATE mail_servers SET weight = 100, state = 'enabled', health = 'unknown', ttl = 30" +
                   of_mail1);
    database_.exec("UPDATE pool_members SET preference = 10, weight = NULL" + member_mail1);
    exec_unchecked(sql);
    defects_.clear();
    const auto found = pool();
    ASSERT_TRUE(found) << sql;
    EXPECT_EQ(names_of(*found), (Texts{"backup.example.net", "mail2.example.com"})) << sql;
    EXPECT_EQ(addresses_of(found->members[1].server), (Texts{"10.0.0.2"})) << sql;
    ASSERT_FALSE(defects_.empty()) << sql;
    EXPECT_NE(defects_[0].row.find("gateways/mail1.example.com"), std::string::npos) << defects_[0].row;
    EXPECT_NE(defects_[0].problem.find(problem), std::string::npos) << defects_[0].problem;
  }
}

struct WrongRow {
  std::string sql;
  std::string row;
  std::string problem;
};

TEST_F(Pools, LeavesOutAnAddressWhoseRowIsWrong) {
  const std::vector<WrongRow> rows = {
      {"UPDATE mail_addresses SET address = '10.0.0.256' WHERE address = '10.0.0.1'",
       "mail1.example.com 10.0.0.256", "address is \"10.0.0.256\""},
      {"UPDATE mail_addresses SET address = 'mail1' WHERE address = '10.0.0.256'", "mail1.example.com mail1",
       "address is \"mail1\""},
      {"UPDATE mail_addresses SET address = '' WHERE address = 'mail1'", "mail_addresses mail1.example.com",
       "address is \"\""},
      {"UPDATE mail_addresses SET address = '010.0.0.1' WHERE address = ''", "mail1.example.com 010.0.0.1",
       "address is \"010.0.0.1\""},
      {"UPDATE mail_addresses SET address = 'fe80::1%eth0' WHERE address = '010.0.0.1'", "fe80::1%eth0",
       "address is \"fe80::1%eth0\""},
      {"UPDATE mail_addresses SET address = '10.0.0.1', health = 'ill' WHERE address = 'fe80::1%eth0'",
       "mail_addresses mail1.example.com 10.0.0.1", "health is \"ill\""},
  };
  for (const auto& [sql, row, problem] : rows) {
    exec_unchecked(sql);
    defects_.clear();
    const auto found = pool();
    ASSERT_TRUE(found) << sql;
    EXPECT_EQ(found->members.size(), 3U) << sql;
    EXPECT_EQ(addresses_of(found->members[1].server), (Texts{"2001:db8::1"})) << sql;
    ASSERT_EQ(defects_.size(), 1U) << sql;
    EXPECT_NE(defects_[0].row.find(row), std::string::npos) << defects_[0].row;
    EXPECT_NE(defects_[0].problem.find(problem), std::string::npos) << defects_[0].problem;
  }
}

TEST_F(Pools, GoesOnWithSafeValuesWhenItsOwnRowIsWrong) {
  exec_unchecked(
      "UPDATE pools SET ttl = 90000, mx_policy = 'best', address_policy = 'some', max_addresses = 0, min_live = -5"
      " WHERE name = 'gateways'");
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_LE(found->ttl, 86400U);
  EXPECT_EQ(found->mx_policy, MxPolicy::automatic);
  EXPECT_EQ(found->address_policy, AddressPolicy::automatic);
  EXPECT_EQ(found->max_addresses, 1U);
  EXPECT_EQ(found->min_live, 1U);
  EXPECT_EQ(found->members.size(), 3U);
  EXPECT_EQ(defects_.size(), 5U);
  for (const auto& defect : defects_)
    EXPECT_EQ(defect.row, "pools gateways");
}

TEST_F(Pools, HasOnlyMembersThatAreServers) {
  database_.exec(
      "DROP TRIGGER pool_members_refer; DROP TRIGGER mail_addresses_refer;"
      "INSERT INTO pool_members (pool, server) VALUES ('gateways', 'ghost.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('ghost.example.com', '10.9.9.9')");
  const auto found = pool();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->members.size(), 3U);
}

TEST_F(Pools, OfMailServersReadsOneByItsName) {
  database_.exec("UPDATE mail_servers SET state = 'drain', health = 'down' WHERE name = 'mail1.example.com'");
  const auto server = mail_server("mail1.example.com");
  ASSERT_TRUE(server);
  EXPECT_EQ(server->name, "mail1.example.com");
  EXPECT_EQ(server->weight, 100U);
  EXPECT_EQ(server->ttl, 30U);
  EXPECT_EQ(server->state, ServerState::drain);
  EXPECT_EQ(server->health, Health::down);
  EXPECT_EQ(addresses_of(*server), (Texts{"10.0.0.1", "2001:db8::1"}));
  EXPECT_TRUE(defects_.empty());
  EXPECT_FALSE(mail_server("mail9.example.com"));
  EXPECT_FALSE(mail_server("MAIL1.example.com"));
}

// A host name must keep resolving.
TEST_F(Pools, OfMailServersKeepsTheAddressesWhenTheServersRowIsWrong) {
  exec_unchecked(
      "UPDATE mail_servers SET weight = 70000, state = 'off', health = 'dead', ttl = 90000"
      " WHERE name = 'mail1.example.com';"
      "UPDATE mail_addresses SET health = 'ill' WHERE address = '2001:db8::1'");
  const auto server = mail_server("mail1.example.com");
  ASSERT_TRUE(server);
  EXPECT_LE(server->weight, 65535U);
  EXPECT_EQ(server->state, ServerState::enabled);
  EXPECT_EQ(server->health, Health::unknown);
  EXPECT_LE(server->ttl, 86400U);
  EXPECT_EQ(addresses_of(*server), (Texts{"10.0.0.1"}));
  EXPECT_EQ(defects_.size(), 5U);
}

}  // namespace
}  // namespace mxbalance::db
