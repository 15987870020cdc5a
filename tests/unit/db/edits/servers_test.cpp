#include "db/edits/servers.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

class EditsServers : public EditedStore {
 protected:
  std::string add(const std::string& name, const std::vector<std::string>& addresses,
                  const ColumnValues& settings = {}, bool replace = false) {
    return refusal([&](Connection& connection) { add_server(connection, name, settings, addresses, replace); });
  }

  std::string change(const ColumnValues& settings, const AddressChange& addresses = {}, bool force = false) {
    return refusal([&](Connection& connection) {
      change_server(connection, "mail1.example.com", settings, addresses, force);
    });
  }

  std::string set_state(const std::string& name, const std::string& state,
                        const std::optional<std::string>& reason = {}, bool force = false) {
    return refusal([&](Connection& connection) { set_server_state(connection, name, state, reason, force); });
  }

  void publish() {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
        "INSERT INTO pools (name) VALUES ('inbound');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound'), ('mail.example.com', "
        "'A', 'inbound')");
  }

  std::vector<std::string> servers() {
    return rows(
        "SELECT name || ' ' || weight || ' ' || ttl || ' ' || state || ' ' || health || ' ' || reason FROM "
        "mail_servers");
  }

  std::vector<std::string> addresses() { return rows("SELECT address FROM mail_addresses"); }
};

TEST_F(EditsServers, AreAddedWithTheStoresDefaults) {
  EXPECT_EQ(add("mail1.example.com", {"10.0.0.1", "2001:db8::1", "10.0.0.1"}), "");
  EXPECT_EQ(servers(), std::vector<std::string>{"mail1.example.com 100 60 enabled unknown "});
  EXPECT_EQ(addresses(), (std::vector<std::string>{"10.0.0.1", "2001:db8::1"}));
  EXPECT_EQ(add("mail1.example.com", {}),
            "the mail server mail1.example.com is here already; to change it, see: mxbalance server set --help");
}

TEST_F(EditsServers, AreAddedWithSettings) {
  EXPECT_EQ(add("mail1.example.com", {},
                {{"weight", 70}, {"ttl", 300}, {"health", "down"}, {"reason", "not there yet"}}),
            "");
  EXPECT_EQ(servers(), std::vector<std::string>{"mail1.example.com 70 300 enabled down not there yet"});
}

TEST_F(EditsServers, AreHeldToTheStoresRules) {
  EXPECT_EQ(add("mail1.example.com", {}, {{"weight", 70000}}),
            "mail_servers.weight must be a whole number from 0 to 65535");
  EXPECT_TRUE(add("mail_1.example.com", {}).starts_with("mail_servers.name must be a host name"));
  EXPECT_TRUE(add("mail1.example.com", {"10.0.0"}).starts_with("mail_addresses.address must be"));
  EXPECT_TRUE(servers().empty()) << "all or nothing";
}

TEST_F(EditsServers, DoNotStandBesideStaticAddresses) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'mail1.example.com', 'A', '10.0.0.9', "
      "60),"
      " (1, 'mail1.example.com', 'TXT', '\"x\"', 60)");
  EXPECT_EQ(add("mail1.example.com", {"10.0.0.1"}),
            "at mail1.example.com stand static records: A 10.0.0.9; remove them first with: mxbalance zone records"
            " example.com remove mail1.example.com A, or in the same step with --replace");
  EXPECT_EQ(add("mail1.example.com", {"10.0.0.1"}, {}, true), "");
  EXPECT_EQ(rows("SELECT type FROM records"), std::vector<std::string>{"TXT"});
}

TEST_F(EditsServers, DoNotTakeAPoolsName) {
  add("mail1.example.com", {"10.0.0.1"});
  publish();
  EXPECT_EQ(add("mail.example.com", {}),
            "the pool inbound is published as A at mail.example.com; give the server a host name of its own");
}

TEST_F(EditsServers, AreChanged) {
  add("mail1.example.com", {"10.0.0.1"});
  EXPECT_EQ(change({{"weight", 50}, {"ttl", 30}, {"health", "down"}, {"reason", "disk full"}}), "");
  EXPECT_EQ(servers().front(), "mail1.example.com 50 30 enabled down disk full");
  EXPECT_EQ(change({{"weight", 60}}), "");
  EXPECT_EQ(servers().front(), "mail1.example.com 60 30 enabled down disk full");
  EXPECT_EQ(change({{"health", "up"}}), "") << "the reason was for being down";
  EXPECT_EQ(servers().front(), "mail1.example.com 60 30 enabled up ");
}

TEST_F(EditsServers, ChangeTheirAddresses) {
  add("mail1.example.com", {"10.0.0.1", "10.0.0.2"});
  publish();
  EXPECT_EQ(change({}, {{}, {"10.0.0.3"}, {"10.0.0.1"}}), "");
  EXPECT_EQ(addresses(), (std::vector<std::string>{"10.0.0.2", "10.0.0.3"}));
  EXPECT_EQ(change({}, {std::vector<std::string>{"2001:db8::1"}, {}, {}}), "") << "all replaced, never without";
  EXPECT_EQ(addresses(), std::vector<std::string>{"2001:db8::1"});
  EXPECT_EQ(change({}, {{}, {}, {"10.0.0.1"}}),
            "mail1.example.com has no address 10.0.0.1; see: mxbalance server show mail1.example.com");
  EXPECT_EQ(
      change({}, {{}, {}, {"2001:db8::1"}}),
      "this is the last address of mail1.example.com, and that server is the last one of the pool inbound with an"
      " address, which is published at example.com (MX) and mail.example.com (A); add another address first");
}

TEST_F(EditsServers, ChangeTheirState) {
  add("mail1.example.com", {"10.0.0.1"});
  EXPECT_EQ(set_state("mail1.example.com", "drain", "maintenance"), "");
  EXPECT_EQ(servers().front(), "mail1.example.com 100 60 drain unknown maintenance");
  EXPECT_EQ(set_state("mail1.example.com", "enabled"), "");
  EXPECT_EQ(servers().front(), "mail1.example.com 100 60 enabled unknown ");
  change({{"health", "down"}, {"reason", "disk full"}});
  EXPECT_EQ(set_state("mail1.example.com", "disabled"), "");
  EXPECT_EQ(servers().front(), "mail1.example.com 100 60 disabled down disk full")
      << "it still tells why it is down";
  EXPECT_EQ(set_state("mail1.example.com", "off"), "mail_servers.state must be enabled, drain or disabled");
}

TEST_F(EditsServers, KeepTheLastMemberOfAPublishedPool) {
  add("mail1.example.com", {"10.0.0.1"});
  add("mail2.example.com", {"10.0.0.2"});
  publish();
  const std::string sentence =
      "mail1.example.com is the last enabled member of the pool inbound, which is published at example.com (MX) "
      "and"
      " mail.example.com (A), and mail would have nowhere to go; enable or join another member first, or take the "
      "pool out"
      " with: mxbalance pool unpublish inbound NAME";
  EXPECT_EQ(set_state("mail1.example.com", "drain"), sentence);
  EXPECT_EQ(set_state("mail1.example.com", "disabled"), sentence);
  EXPECT_EQ(set_state("mail2.example.com", "drain"), "");
  database_.exec("INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail2.example.com')");
  EXPECT_EQ(set_state("mail1.example.com", "drain"), sentence) << "the other one is draining";
  set_state("mail2.example.com", "enabled");
  EXPECT_EQ(set_state("mail1.example.com", "drain"), "");
}

TEST_F(EditsServers, KeepTheLastLiveServerUnlessForced) {
  add("mail1.example.com", {"10.0.0.1"});
  add("mail2.example.com", {"10.0.0.2"});
  add("mail3.example.com", {"10.0.0.3"});
  publish();
  database_.exec("INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail2.example.com')");
  change({{"health", "up"}});
  database_.exec("UPDATE mail_addresses SET health = 'down' WHERE server = 'mail2.example.com'");
  const std::string sentence =
      "mail1.example.com is the last live server of the pool inbound, which is published at example.com (MX) and"
      " mail.example.com (A): ";
  EXPECT_EQ(set_state("mail1.example.com", "drain"),
            sentence +
                "while all others are down, mail would still be sent to it, or only to those; wait until another"
                " one is up, or do it all the same with --force");
  EXPECT_EQ(set_state("mail1.example.com", "disabled"),
            sentence +
                "mail would be sent only to those that are down; wait until another one is up, or do it all the"
                " same with --force");
  EXPECT_EQ(set_state("mail2.example.com", "drain"), "") << "it is down";
  EXPECT_EQ(set_state("mail2.example.com", "enabled"), "");
  database_.exec("INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail3.example.com')");
  EXPECT_EQ(set_state("mail3.example.com", "drain"), "");
  EXPECT_NE(set_state("mail1.example.com", "disabled"), "") << "of a draining one nobody knows that it is up";
  database_.exec("UPDATE mail_addresses SET health = 'up' WHERE server = 'mail3.example.com'");
  EXPECT_EQ(set_state("mail1.example.com", "disabled"), "") << "the draining one helps out";
  EXPECT_NE(set_state("mail3.example.com", "disabled"), "");
  EXPECT_EQ(set_state("mail3.example.com", "disabled", {}, true), "");
}

TEST_F(EditsServers, CountAsLiveWhenTheirTimeOfBeingDownIsOver) {
  add("mail1.example.com", {"10.0.0.1"});
  add("mail2.example.com", {"10.0.0.2"});
  publish();
  database_.exec(
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail2.example.com');"
      "UPDATE mail_servers SET health = 'down' WHERE name = 'mail2.example.com'");
  EXPECT_NE(set_state("mail1.example.com", "drain"), "");
  database_.exec("UPDATE mail_servers SET health_until = 1000 WHERE name = 'mail2.example.com'");
  EXPECT_EQ(set_state("mail1.example.com", "drain"), "");
}

TEST_F(EditsServers, KeepTheLastLiveAddressUnlessForced) {
  add("mail1.example.com", {"10.0.0.1", "10.0.0.2"});
  publish();
  database_.exec("UPDATE mail_addresses SET health = 'down' WHERE address = '10.0.0.2'");
  EXPECT_EQ(
      change({}, {{}, {}, {"10.0.0.1"}}),
      "this is the last live address of mail1.example.com, the last live server of the pool inbound, which is"
      " published at example.com (MX) and mail.example.com (A): mail would be sent only to those that are down;"
      " wait until another one is up, or do it all the same with --force");
  EXPECT_NE(change({}, {std::vector<std::string>{"10.0.0.2"}, {}, {}}), "");
  EXPECT_EQ(change({}, {{}, {}, {"10.0.0.2"}}), "") << "it is down";
  EXPECT_EQ(change({}, {{}, {"10.0.0.3"}, {"10.0.0.1"}}), "") << "of the new one nobody knows that it is down";
  database_.exec(
      "INSERT INTO mail_addresses (server, address, health) VALUES ('mail1.example.com', '10.0.0.4',"
      " 'down')");
  EXPECT_EQ(change({}, {{}, {}, {"10.0.0.3"}}, true), "");
  EXPECT_EQ(addresses(), std::vector<std::string>{"10.0.0.4"});
}

TEST_F(EditsServers, TakeTheAddressesOfTheRecordsThatTheyReplace) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES (1, 'mail1.example.com', 'A',"
      " '10.0.0.9', 60, 0), (1, 'mail1.example.com', 'AAAA', '2001:DB8::9', 60, 0), (1, 'mail1.example.com', 'A',"
      " '10.0.0.8', 60, 1)");
  EXPECT_EQ(add("mail1.example.com", {}, {}, true), "");
  EXPECT_EQ(addresses(), (std::vector<std::string>{"10.0.0.9", "2001:db8::9"}));
}

TEST_F(EditsServers, AreRemovedWhenNoPoolHasThem) {
  add("mail1.example.com", {"10.0.0.1"});
  publish();
  const auto remove = [](Connection& connection) { remove_server(connection, "mail1.example.com"); };
  EXPECT_EQ(refusal(remove),
            "mail1.example.com is in use: it is a member of the pool inbound; take it out first with: mxbalance "
            "pool leave"
            " inbound mail1.example.com");
  database_.exec("DELETE FROM pool_names; DELETE FROM pools");
  EXPECT_EQ(refusal(remove), "");
  EXPECT_TRUE(servers().empty());
  EXPECT_TRUE(addresses().empty());
}

TEST_F(EditsServers, AddressesThatAreAddedStayBesideAllThatAreGiven) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1')");
  EXPECT_EQ(change({}, {.all = std::vector<std::string>{"10.0.0.2"}, .added = {"10.0.0.3"}, .removed = {}}), "");
  EXPECT_EQ(rows("SELECT address FROM mail_addresses ORDER BY 1"),
            (std::vector<std::string>{"10.0.0.2", "10.0.0.3"}));
}

}  // namespace
}  // namespace mxbalance::db
