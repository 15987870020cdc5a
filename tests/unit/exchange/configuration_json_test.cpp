#include "backend/exchange/configuration_json.h"

#include <algorithm>
#include <random>

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/store/bound_statement.h"
#include "db/store/connection.h"
#include "tests/unit/exchange/exchanged_store.h"

namespace mxbalance::exchange {
namespace {

/// Random stores, by SQL as people write it.
class RandomStore {
 public:
  explicit RandomStore(unsigned seed) : random_(seed) {}

  std::string sql() {
    std::string sql;
    const int zones = below(4);
    for (int z = 1; z <= zones; ++z)
      sql += zone(z);
    const int servers = 1 + below(5);
    for (int s = 1; s <= servers; ++s)
      sql += server(s);
    const int pools = below(4);
    for (int p = 1; p <= pools; ++p)
      sql += pool(p, servers, zones);
    if (below(2) == 0)
      sql += "INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('key.example', 'hmac-sha256', 'c2U=');";
    if (below(2) == 0)
      sql += "INSERT INTO supermasters VALUES ('192.0.2.53', 'ns1.example.net', 'a \"quoted\" one');";
    return sql;
  }

 private:
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  std::string number(int limit) { return std::to_string(below(limit)); }
  std::string one_of(const std::vector<std::string>& words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

  std::string zone(int z) {
    const std::string id = std::to_string(z);
    const std::string name = "zone" + id + ".example";
    std::string sql =
        "INSERT INTO domains (id, name, type, account) VALUES (" + id + ", '" + name + "', '" +
        one_of({"NATIVE", "MASTER"}) + "', " + one_of({"NULL", "''", "'me'", "'möwe'"}) + ");" +
        row(z, name, "SOA", "ns1." + name + " hostmaster." + name + " " + number(1000) + " 1 2 3 4", "0");
    for (int i = below(6); i > 0; --i)
      sql += row(z, "a" + number(3) + "." + name, "A", "192.0.2." + number(250), one_of({"0", "NULL"}));
    for (int i = below(3); i > 0; --i)
      sql += row(z, "m." + name, "MX", "mail" + number(5) + ".example.net", number(50));
    for (int i = below(3); i > 0; --i)
      sql += row(z, "t." + name, "TXT", "\"text " + number(9) + " \\\"quoted\\\"\"", "0");
    for (int i = below(3); i > 0; --i)
      sql += "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (" + id + ", 'ALSO-NOTIFY', '192.0.2." +
             number(9) + "');";
    if (below(2) == 0)
      sql += "INSERT INTO cryptokeys (domain_id, flags, active, published, content) VALUES (" + id + ", 257, " +
             number(2) + ", " + number(2) +
             ", 'Private-key-format: v1.2\nAlgorithm: 13\nPrivateKey: "
             "WW0JjTcD49CngloOF5nsKJ6VdFETa+0Zn/RoVcBwmQM=');";
    if (below(2) == 0)
      sql += "INSERT INTO comments (domain_id, name, type, modified_at, comment) VALUES (" + id + ", '" + name +
             "', 'NS', " + number(1000) + ", 'why');";
    return sql;
  }

  std::string row(int zone, const std::string& name, const std::string& type, const std::string& content,
                  const std::string& priority) {
    return "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) VALUES (" +
           std::to_string(zone) + ", '" + name + "', '" + type + "', '" + content + "', " +
           one_of({"60", "3600", "NULL"}) + ", " + priority + ", " +
           (type == "SOA" ? "0" : one_of({"0", "0", "1"})) + ");";
  }

  std::string server(int s) {
    const std::string name = "mail" + std::to_string(s) + ".zone1.example";
    std::string sql = "INSERT INTO mail_servers (name, weight, state, health, reason, ttl) VALUES ('" + name +
                      "', " + number(65536) + ", '" +
                      (s == 1 ? "enabled" : one_of({"enabled", "drain", "disabled"})) + "', '" +
                      one_of({"unknown", "up", "down"}) + "', " + one_of({"''", "'full'"}) + ", " + number(86401) +
                      ");INSERT INTO mail_addresses (server, address) VALUES ('" + name + "', '192.0.2." +
                      std::to_string(s) + "');";
    if (below(2) == 0)
      sql += "UPDATE mail_servers SET probe = " + one_of({"'tcp'", "'none'", "NULL"}) +
             ", probe_port = 2525, probe_interval = " + one_of({"0.25", "7", "NULL"}) +
             ", probe_timeout = 1.5, probe_rise = 1, probe_fall = 4, probe_tls = 'require' WHERE name = '" + name +
             "';";
    if (below(2) == 0)
      sql += "INSERT INTO mail_addresses (server, address, health, reason) VALUES ('" + name +
             "', '2001:db8::" + std::to_string(s) + "', 'down', 'refused');";
    return sql;
  }

  std::string pool(int p, int servers, int zones) {
    const std::string name = "pool" + std::to_string(p);
    std::string sql =
        "INSERT INTO pools (name, ttl, mx_policy, address_policy, max_addresses, min_live, slow_start) VALUES ('" +
        name + "', " + number(86401) + ", '" + one_of({"auto", "equal", "ranked"}) + "', '" +
        one_of({"auto", "all", "subset"}) + "', " + std::to_string(1 + below(64)) + ", " +
        std::to_string(1 + below(9)) + ", " + one_of({"0", "300"}) + ");";
    for (int s = 1; s <= servers; ++s) {
      if (s > 1 && below(2) == 0) continue;
      sql += "INSERT INTO pool_members VALUES ('" + name + "', 'mail" + std::to_string(s) + ".zone1.example', " +
             number(65536) + ", " + one_of({"NULL", "0", "65535"}) + ");";
    }
    for (int z = 1; z <= zones; ++z) {
      if (below(2) == 0)
        sql += "INSERT INTO pool_names (name, kind, pool) VALUES ('p" + std::to_string(p) + ".zone" +
               std::to_string(z) + ".example', '" + one_of({"MX", "A"}) + "', '" + name + "');";
    }
    return sql;
  }

  std::mt19937 random_;
};

TEST(RoundTrip, RandomStoresAreExact) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const TemporaryDatabase from;
    const TemporaryDatabase to;
    from.exec(RandomStore(seed).sql());
    const auto text = exported(from);
    import(to, text);
    EXPECT_EQ(exported(to), text);
    EXPECT_EQ(import(to, text, true), std::vector<std::string>{});
    EXPECT_EQ(import(from, text, true), std::vector<std::string>{});
  }
}

/// From any store to any other: the steps in between may not meet a rule that the end keeps.
TEST(RoundTrip, PruningMakesOneStoreTheOther) {
  int done = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const TemporaryDatabase from;
    const TemporaryDatabase to;
    from.exec(RandomStore(seed).sql());
    to.exec(RandomStore(seed + 1000).sql());
    EXPECT_EQ(refusal(to, exported(from), true), "");
    EXPECT_EQ(exported(to), exported(from));
    ++done;
  }
  EXPECT_EQ(done, 40);
}

TEST(Export, KeysOnlyWhereTheyAreAskedFor) {
  const TemporaryDatabase store;
  store.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'one.example', 'NATIVE');"
      "INSERT INTO cryptokeys (domain_id, flags, active, content) VALUES (1, 257, 1, 'Algorithm: 13' || char(10) "
      "|| 'PrivateKey: zone+secret');"
      "INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('key.example', 'hmac-sha256', 'tsig-secret')");
  EXPECT_EQ(exported(store, false).find("secret"), std::string::npos);
  EXPECT_NE(exported(store, true).find("zone+secret"), std::string::npos);
  EXPECT_NE(exported(store, true).find("tsig-secret"), std::string::npos);
  const auto without = exported(store, false);
  EXPECT_EQ(import(store, without, true), std::vector<std::string>{}) << "keys that are not listed stay";
  const TemporaryDatabase other;
  const auto lines = import(other, exported(store, true));
  EXPECT_FALSE(lines.empty());
  for (const auto& line : lines) {
    for (const char* secret : {"zone+secret", "tsig-secret"})
      EXPECT_EQ(line.find(secret), std::string::npos) << line;
  }
}

TEST(ImportedValues, MayHaveATypeInAnySpelling) {
  const TemporaryDatabase store;
  const std::string zone = R"({"format": "mxbalance 1", "zones": [{"name": "one.example", "records": [
      {"name": "one.example", "type": "type6", "content": "a.example b.example 1 2 3 4 5"},
      {"name": "one.example", "type": "TYPE15", "priority": 10, "content": "mail.example.net"}]}]})";
  EXPECT_EQ(refusal(store, zone, false), "");
  EXPECT_NE(exported(store).find(R"("type": "MX", "priority": 10)"), std::string::npos) << exported(store);
  EXPECT_NE(exported(store).find(R"("type": "SOA")"), std::string::npos);
}

TEST(ImportedValues, AreWordsInAnyCase) {
  const TemporaryDatabase store;
  store.exec("INSERT INTO domains (name, type) VALUES ('one.example', 'native')");
  EXPECT_EQ(import(store, exported(store)), std::vector<std::string>{"~ zone one.example: kind native -> NATIVE"});
}

TEST(ImportedValues, AreNothingThatPowerDnsCannotRead) {
  const TemporaryDatabase store;
  const auto refused = [&](const std::string& part) {
    return refusal(store,
                   R"({"format": "mxbalance 1", "zones": [{"name": "one.example", "records": [], )" + part + "}]}",
                   false);
  };
  EXPECT_EQ(refused(R"("metadata": [{"kind": "NSEC3PARAM", "content": "1 0 0"}])"),
            "zones[0].metadata[0] is not allowed: its value \"1 0 0\" must be hash parameters such as \"1 0 0 -\" "
            "(RFC 5155 §4)");
  EXPECT_EQ(
      refused(R"("keys": [{"content": "nonsense"}])"),
      "zones[0].keys[0] is not allowed: its content has no line \"Algorithm\": it must be the text of a private "
      "key file, such as dnssec-keygen writes");
}

TEST(Export, HealthOnlyWhereItIsAskedFor) {
  const TemporaryDatabase store;
  store.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example');"
      "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example', '192.0.2.1')");
  const auto before = exported(store, true, false);
  store.exec(
      "UPDATE mail_servers SET health = 'down', reason = 'by hand';"
      "UPDATE mail_addresses SET health = 'down', reason = 'refused', probed = 1");
  EXPECT_EQ(exported(store, true, false), before) << "nothing was edited";
  EXPECT_EQ(before.find("health"), std::string::npos) << before;
  EXPECT_NE(exported(store).find(R"("health": "down", "reason": "by hand")"), std::string::npos);
  EXPECT_NE(exported(store).find(R"("health": "down", "reason": "refused")"), std::string::npos);
}

TEST(Export, NoJsonHoldsOtherBytesThanUtf8) {
  const TemporaryDatabase store;
  store.exec("INSERT INTO domains (name, type, account) VALUES ('one.example', 'NATIVE', CAST(x'ff' AS TEXT))");
  try {
    exported(store);
    FAIL();
  } catch (const db::Refusal& error) {
    EXPECT_STREQ(error.what(),
                 "the zone \"one.example\" holds text that is no UTF-8, which JSON cannot: mxbalance check names "
                 "such rows and how to mend them; mxbalance backup copies them as they are");
  }
}

class Import : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'one.example', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
        " (1, 'one.example', 'SOA', 'ns1.one.example h.one.example 7 1 2 3 4', 3600, 0),"
        " (1, 'www.one.example', 'A', '192.0.2.1', 60, 0), (1, 'www.one.example', 'A', '192.0.2.2', 60, 0);"
        "INSERT INTO mail_servers (name) VALUES ('mail1.one.example'), ('mail2.one.example');"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.one.example', '192.0.2.11'),"
        " ('mail2.one.example', '192.0.2.12');"
        "INSERT INTO pools (name) VALUES ('inbound');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.one.example');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('one.example', 'MX', 'inbound')");
  }

  TemporaryDatabase store_;
};

using Lines = std::vector<std::string>;

TEST_F(Import, DifferencesAreLines) {
  EXPECT_EQ(
      import(
          store_,
          file(
              R"("servers": [{"name": "Mail1.One.Example.", "weight": 50, "addresses": [{"address": "2001:DB8:0::1"}]}])")),
      (Lines{"~ server mail1.one.example: weight 100 -> 50", "+ address of mail1.one.example 2001:db8::1"}));
  EXPECT_EQ(
      import(
          store_,
          file(
              R"("zones": [{"name": "one.example", "records": [{"name": "one.example", "type": "SOA", "content": "ns1.one.example h.one.example 8 1 2 3 4", "ttl": 3600}]}])")),
      (Lines{"~ record of one.example one.example SOA ns1.one.example h.one.example 7 1 2 3 4: content "
             "ns1.one.example h.one.example 7 1 2 3 4 -> ns1.one.example h.one.example 8 1 2 3 4"}));
}

TEST_F(Import, WhatIsNotSaidOfHealthStays) {
  const auto text = exported(store_, true, false);
  store_.exec(
      "UPDATE mail_servers SET health = 'down', reason = 'full' WHERE name = 'mail2.one.example';"
      "UPDATE mail_addresses SET health = 'down', reason = 'refused' WHERE server = 'mail2.one.example'");
  const auto with_health = exported(store_);
  EXPECT_EQ(import(store_, text, true), Lines{});
  EXPECT_EQ(import(store_, file(R"("servers": [{"name": "mail2.one.example", "weight": 7}])")),
            (Lines{"~ server mail2.one.example: weight 100 -> 7"}));
  store_.exec("UPDATE mail_servers SET weight = 100 WHERE name = 'mail2.one.example'");
  EXPECT_EQ(exported(store_), with_health);
}

TEST_F(Import, NeverTouchesWhatProbesFound) {
  const auto old = exported(store_);
  store_.exec("UPDATE mail_addresses SET health = 'down', reason = 'refused', probed = 1");
  const auto found = exported(store_);
  EXPECT_EQ(import(store_, old, true), Lines{});
  EXPECT_EQ(exported(store_), found);
  store_.exec("UPDATE mail_addresses SET probed = 0 WHERE server = 'mail2.one.example'");
  EXPECT_EQ(import(store_, old, true),
            (Lines{"~ address of mail2.one.example 192.0.2.12: health down -> unknown, reason refused -> "}))
      << "what people and scripts wrote is theirs to write";
}

TEST_F(Import, HealthOfWhatIsNewIsTaken) {
  EXPECT_EQ(
      import(store_, file(R"("servers": [{"name": "mail3.one.example", "addresses": [
      {"address": "192.0.2.13", "health": "down", "reason": "old"}, {"address": "192.0.2.14"}]}])")),
      (Lines{"+ server mail3.one.example", "+ address of mail3.one.example 192.0.2.13: health down, reason old",
             "+ address of mail3.one.example 192.0.2.14"}));
}

TEST_F(Import, AnRRsetIsReplacedAsAWhole) {
  EXPECT_EQ(
      import(
          store_,
          file(
              R"("zones": [{"name": "one.example", "records": [{"name": "www.one.example", "type": "A", "content": "192.0.2.2", "ttl": 60}]}])")),
      (Lines{"- record of one.example www.one.example A 192.0.2.1"}));
}

TEST_F(Import, RecordsThatDifferInTheirTtlAloneMayComeInAnyOrder) {
  store_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
      " (1, 'a.one.example', 'A', '192.0.2.1', 60, 0), (1, 'a.one.example', 'A', '192.0.2.1', 30, 0)");
  EXPECT_EQ(import(store_, file(R"("zones": [{"name": "one.example", "records": [
      {"name": "a.one.example", "type": "A", "content": "192.0.2.1", "ttl": 30},
      {"name": "a.one.example", "type": "A", "content": "192.0.2.1", "ttl": 60}]}])")),
            Lines{});
}

TEST_F(Import, WhatIsNotListedStays) {
  EXPECT_EQ(import(store_, file(""), true), Lines{});
  EXPECT_EQ(import(store_, file(R"("autoprimaries": [])"), true), Lines{});
}

TEST_F(Import, TheLastMemberIsHandedOver) {
  EXPECT_EQ(
      import(store_,
             file(R"("servers": [{"name": "mail1.one.example", "state": "drain"}, {"name": "mail2.one.example"}],
                           "pools": [{"name": "inbound", "members": [{"server": "mail2.one.example"}]}])"),
             true),
      (Lines{"+ member of inbound mail2.one.example", "~ server mail1.one.example: state enabled -> drain",
             "- member of inbound mail1.one.example"}));
}

/// Such as a trigger that somebody has added.
TEST_F(Import, WhatTheStoreDoesNotKeepIsRefused) {
  store_.exec(
      "CREATE TRIGGER no_ipv6 AFTER INSERT ON mail_addresses WHEN NEW.address LIKE '%:%'"
      " BEGIN DELETE FROM mail_addresses WHERE server = NEW.server AND address = NEW.address; END");
  const auto before = exported(store_);
  EXPECT_EQ(refusal(store_, file(R"("servers": [{"name": "mail1.one.example", "addresses": [
      {"address": "192.0.2.21"}, {"address": "2001:db8::1"}]}])")),
            "servers[0].addresses[1]: address of mail1.one.example 2001:db8::1 would not be as it stands here: "
            "something else in the file, or what it lacks, contradicts it");
  EXPECT_EQ(exported(store_), before);
}

TEST_F(Import, StepsThatNobodyIsAnsweredAreNoEvents) {
  store_.exec(
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail2.one.example');"
      "UPDATE mail_servers SET health = 'down' WHERE name = 'mail2.one.example';"
      "INSERT INTO postponements VALUES (NULL); DELETE FROM postponements");
  import(store_, file(R"("servers": [{"name": "mail1.one.example", "health": "down"},
                                     {"name": "mail2.one.example", "health": "up"}])"));
  SQLite::Database store(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(store
                .execAndGet("SELECT group_concat(subject || ' ' || field || ' ' || after, '; ') FROM events"
                            " WHERE field LIKE 'answered as %'")
                .getString(),
            "");
  EXPECT_EQ(store.execAndGet("SELECT count(*) FROM events WHERE field = 'health'").getInt(), 3);
}

TEST_F(Import, AllOfItOrNothing) {
  const auto before = exported(store_);
  EXPECT_NE(refusal(store_, file(R"("servers": [{"name": "mail3.one.example"}], "pools": [{"name": "UPPER"}])")),
            "");
  EXPECT_EQ(exported(store_), before);
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

TEST_F(Import, BadFilesAreRefusedByPath) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"",
       "the file: it is no JSON: parse error at line 1, column 1: syntax error while parsing value - unexpected "
       "end of input; expected '[', '{', or a literal"},
      {R"({"format":"mxbalance 1","zones":[{"name":"a.example"},{"name":"b.example","records":[{"ttl":1e999}]}]})",
       "zones[1].records[0].ttl: the number there is larger than any number can be"},
      {R"({"format":"mxbalance 1","servers":[{"name":"a.example","weight":-1e400}]})",
       "servers[0].weight: the number there is larger than any number can be"},
      {R"({"format":"mxbalance 1","zones":[{"name":"a.example"},{"name":)",
       "zones[1].name: it is no JSON: parse error at line 1, column 63: syntax error while parsing value - "
       "unexpected end of input; expected '[', '{', or a literal"},
      {R"({"format":"mxbalance 1","zones":[[0],{"name":tru}]})",
       "zones[1].name: it is no JSON: parse error at line 1, column 49: syntax error while parsing value - "
       "invalid literal; last read: '\"name\":tru}'"},
      {R"({"format":"mxbalance 1","zones":)" + std::string(100'000, '['),
       "zones" + repeated("[0]", 15) + ": at most 16 lists and objects are allowed within each other"},
      {"[]", "the file: [] is not allowed: it must be an object, as mxbalance export writes"},
      {"{}", R"(format: missing: it must be "mxbalance 1")"},
      {R"({"format": 2})", R"(format: 2 is not allowed: it must be "mxbalance 1")"},
      {file(R"("pool": [])"),
       "pool: there is no such field; the fields here are format, zones, servers, pools, published, "
       "autoprimaries, tsig_keys"},
      {file(R"("pools": {})"), "pools: {} is not allowed: it must be a list"},
      {file(R"("pools": [1])"), "pools[0]: 1 is not allowed: it must be an object"},
      {file(R"("pools": [{}])"), "pools[0].name: missing: it must be text"},
      {file(R"("pools": [{"name": 5}])"), "pools[0].name: 5 is not allowed: it must be text"},
      {file(R"("pools": [{"name": "UPPER"}])"),
       "pools[0]: pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and ."},
      {file(R"("pools": [{"name": "a", "min_live": 0}])"),
       "pools[0].min_live: 0 is not allowed: it must be a whole number from 1 to 65535"},
      {file(R"("pools": [{"name": "a", "ttl": 1.5}])"),
       "pools[0].ttl: 1.5 is not allowed: it must be a whole number from 0 to 86400"},
      {file(R"("pools": [{"name": "a", "ttl": 18446744073709551615}])"),
       "pools[0].ttl: 18446744073709551615 is not allowed: it must be a whole number from 0 to 86400"},
      {file(R"("pools": [{"name": "a", "mx_policy": "random"}])"),
       R"(pools[0].mx_policy: "random" is not allowed: it must be auto, equal or ranked)"},
      {file(
           R"("pools": [{"name": "a"}, {"name": "inbound", "members": [{"server": "mail1.one.example", "weight": -1}]}])"),
       "pools[1].members[0].weight: -1 is not allowed: it must be a whole number from 0 to 65535, or null"},
      {file(R"("pools": [{"name": "a", "members": [{"server": "nobody.example"}]}])"),
       "pools[0].members[0]: pool_members.server names no mail server: insert it into mail_servers first"},
      {file(R"("pools": [{"name": "a"}, {"name": "a"}])"), "pools[1]: pool a is there twice"},
      {file(R"("servers": [{"name": "a..b"}])"), "servers[0].name: "},
      {file(R"("servers": [{"name": "a.example", "weight": null}])"),
       "servers[0].weight: null is not allowed: it must be a whole number from 0 to 65535"},
      {file(R"("servers": [{"name": "a.example", "probe_interval": 0}])"),
       "servers[0].probe_interval: 0 is not allowed: it must be a number of seconds from 0.01 to 86400, or null"},
      {file(R"("servers": [{"name": "a.example", "addresses": [{"address": "10.0.0"}]}])"),
       R"(servers[0].addresses[0].address: "10.0.0" is not allowed: it must be an IPv4 or IPv6 address)"},
      {file(R"("servers": [{"name": "mail1.one.example", "state": "drain"}])"),
       "servers[0]: this is the last enabled server of a published pool"},
      {file(R"("published": [{"name": "x.one.example", "kind": "AAAA", "pool": "inbound"}])"),
       R"(published[0].kind: "AAAA" is not allowed: it must be MX or A)"},
      {file(
           R"("zones": [{"name": "one.example", "records": [{"name": "www.two.example", "type": "A", "content": "192.0.2.1"}]}])"),
       "zones[0].records[0].name: www.two.example is not allowed: it does not lie in the zone one.example"},
      {file(
           R"("zones": [{"name": "one.example", "records": [{"name": "www.one.example", "type": "A", "content": "mail"}]}])"),
       R"(zones[0].records[0].content: "mail" is not allowed: )"},
      {file(
           R"("zones": [{"name": "one.example", "records": [{"name": "www.one.example", "type": "SOA", "content": "a b 1 2 3 4 5"}]}])"),
       "zones[0].records[0] is not allowed: a SOA record stands at the name of its zone, one.example"},
      {file(
           R"("zones": [{"name": "one.example", "records": [{"name": "one.example", "type": "SOA", "content": "a b c"}]}])"),
       R"(zones[0].records[0].content: "a b c" is not allowed: )"},
      {file(
           R"("zones": [{"name": "one.example", "records": [{"name": "a.one.example", "type": "A", "content": "192.0.2.1", "disabled": 1}]}])"),
       "zones[0].records[0].disabled: 1 is not allowed: it must be true or false, or null"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(refusal(store_, text).substr(0, expected.size()), expected) << text;
}

TEST_F(Import, NoStaticRecordIsHidden) {
  const std::string alias =
      R"("zones": [{"name": "one.example", "records": [{"name": "new.one.example", "type": "CNAME", "content": "x.example"}]}])";
  const std::string published = R"("published": [{"name": "new.one.example", "kind": "A", "pool": "inbound"}])";
  const std::string sentence =
      "the pool inbound publishes A and AAAA at new.one.example, so no static CNAME record may stand there";
  const auto begins = [&](const std::string& text) { return refusal(store_, file(text)).substr(0, 200); };
  EXPECT_NE(begins(alias + "," + published).find("zones[0].records[0]: " + sentence), std::string::npos);
  EXPECT_EQ(import(store_, file(alias)).size(), 1U);
  EXPECT_NE(begins(published).find("published[0]: " + sentence), std::string::npos) << begins(published);
  EXPECT_NE(begins(R"("servers": [{"name": "www.one.example", "addresses": [{"address": "192.0.2.50"}]}])")
                .find("servers[0].addresses[0]: www.one.example is the host name of a mail server"),
            std::string::npos);
}

TEST_F(Import, ACnameRecordIsChangedInItsPlace) {
  store_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
      " (1, 'c.one.example', 'CNAME', 'a.example', 60, 0), (1, 'deep.er.one.example', '', '', 60, 0)");
  EXPECT_EQ(exported(store_).find("deep.er"), std::string::npos) << "an empty non-terminal is derived";
  const auto lines = import(store_, file(R"("zones": [{"name": "one.example", "records": [
      {"name": "c.one.example", "type": "CNAME", "content": "b.example", "ttl": 60}]}])"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines.front().starts_with("~ record of one.example c.one.example CNAME a.example: content"))
      << lines[0];
}

TEST_F(Import, OneOfTwoServersWithAnAddressIsChangedAlone) {
  store_.exec("INSERT INTO mail_addresses (server, address) VALUES ('mail2.one.example', '192.0.2.11')");
  EXPECT_EQ(import(store_, file(R"("servers": [{"name": "mail1.one.example", "addresses": [
      {"address": "192.0.2.11", "health": "down"}]}])"))
                .size(),
            1U);
  SQLite::Database store(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(store.execAndGet("SELECT group_concat(server) FROM mail_addresses WHERE health = 'down'").getString(),
            "mail1.one.example");
}

TEST_F(Import, RecordsOfAPrimaryMayBeHidden) {
  store_.exec(
      "INSERT INTO domains (id, name, type, master) VALUES (2, 'two.example', 'SLAVE', '192.0.2.53');"
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
      " (2, 'two.example', 'SOA', 'ns1.two.example h.two.example 7 1 2 3 4', 60, 0),"
      " (2, 'two.example', 'MX', 'mail.example.net', 60, 10)");
  EXPECT_EQ(refusal(store_, file(R"("published": [{"name": "two.example", "kind": "MX", "pool": "inbound"}])")),
            "");
}

TEST_F(Import, RecordsStandWhereTheyMay) {
  const auto refused = [&](const std::string& records) {
    return refusal(store_, file(R"("zones": [{"name": "one.example", "records": [)" + records + "]}]"));
  };
  EXPECT_EQ(
      refused(
          R"({"name": "www.one.example", "type": "SOA", "content": "ns1.one.example h.one.example 1 2 3 4 5"})"),
      "zones[0].records[0] is not allowed: a SOA record stands at the name of its zone, one.example, and nowhere "
      "else");
  const std::string alias = R"({"name": "x.one.example", "type": "CNAME", "content": "x.example"})";
  EXPECT_EQ(
      refused(alias + R"(, {"name": "x.one.example", "type": "TXT", "content": "\"x\""})"),
      "zones[0].records[0]: at x.one.example stands TXT, and a CNAME record allows nothing beside it; remove "
      "it first with: mxbalance zone records one.example remove x.one.example TXT");
  EXPECT_EQ(refused(alias + R"(, {"name": "x.one.example", "type": "CNAME", "content": "y.example"})"),
            "zones[0].records[1]: record of one.example x.one.example CNAME y.example is there twice");
  EXPECT_EQ(import(store_, file(R"("zones": [{"name": "one.example", "records": [)" + alias + "]}]")).size(), 1U);
}

TEST_F(Import, NamesAreNames) {
  EXPECT_EQ(refusal(store_, file(R"("zones": [{"name": "b.example # x"}])")),
            R"(zones[0].name: the name "b.example # x" holds a blank or a control character)");
  EXPECT_EQ(import(store_, file(R"("zones": [{"name": "user\\@b.example"}])")).size(), 1U);
  EXPECT_NE(exported(store_).find(R"("name": "user\\@b.example")"), std::string::npos);
  EXPECT_EQ(import(store_, exported(store_)).size(), 0U);
}

TEST_F(Import, NothingPublishedIsDelegated) {
  const std::string delegation =
      R"("zones": [{"name": "one.example", "records": [{"name": "sub.one.example", "type": "NS", "content": "ns.two.example"}]}])";
  const std::string published = R"("published": [{"name": "a.sub.one.example", "kind": "MX", "pool": "inbound"}])";
  const std::string new_name =
      "published[0]: NS records at sub.one.example delegate a.sub.one.example to other name servers";
  EXPECT_EQ(refusal(store_, file(delegation + "," + published)).substr(0, new_name.size()), new_name);
  EXPECT_EQ(import(store_, file(published)).size(), 1U);
  EXPECT_EQ(
      refusal(store_, file(delegation)),
      "zones[0].records[0]: NS records at sub.one.example would delegate to other name servers what is published "
      "here: the pool inbound at a.sub.one.example (MX); take it out first with: mxbalance pool unpublish POOL "
      "NAME");
}

TEST_F(Import, TheSoaRecordOfAZoneThatAPoolIsPublishedInStays) {
  const std::string sentence = "the zone one.example would have no SOA record that can be served";
  EXPECT_EQ(refusal(store_, file(R"("zones": [{"name": "one.example", "records": []}])"), true)
                .substr(0, sentence.size()),
            sentence);
}

TEST_F(Import, AZoneThatIsNewIsCountedAtOnce) {
  EXPECT_EQ(import(store_, file(R"("zones": [{"name": "two.example"}])")).size(), 1U);
  SQLite::Database store(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(store
                .execAndGet("SELECT counting FROM zone_changes z JOIN domains d ON d.id = z.domain_id"
                            " WHERE d.name = 'two.example'")
                .getInt(),
            1);
}

TEST_F(Import, NamesAreInAnyLanguage) {
  EXPECT_EQ(
      import(
          store_,
          file(
              R"("zones": [{"name": "München.example", "records": [{"name": "münchen.example", "type": "MX", "priority": 10, "content": "mail.münchen.example"}, {"name": "münchen.example", "type": "TXT", "content": "\"ü\""}]}])")),
      (Lines{"+ zone xn--mnchen-3ya.example",
             "+ record of xn--mnchen-3ya.example xn--mnchen-3ya.example MX 10 mail.xn--mnchen-3ya.example",
             "+ record of xn--mnchen-3ya.example xn--mnchen-3ya.example TXT \"ü\""}));
  const std::string problem = "servers[0].name: the label \"☃\" is in no internationalized domain name (IDNA2008)";
  EXPECT_EQ(refusal(store_, file(R"("servers": [{"name": "☃.example"}])")).substr(0, problem.size()), problem);
  const std::string content = "zones[0].records[0].content: the label \"☃\"";
  EXPECT_EQ(
      refusal(
          store_,
          file(
              R"("zones": [{"name": "one.example", "records": [{"name": "one.example", "type": "mx", "priority": 10, "content": "☃.example"}]}])"))
          .substr(0, content.size()),
      content);
}

TEST_F(Import, AZoneThatAPoolIsPublishedInStays) {
  EXPECT_EQ(refusal(store_, file(R"("zones": [])"), true),
            "the zone one.example is not in the file, and cannot be removed: the pool inbound at one.example is "
            "published in it; take it out first");
  EXPECT_EQ(import(store_, file(R"("zones": [], "published": [])"), true).size(), 5U);
}

}  // namespace
}  // namespace mxbalance::exchange
