#include "db/edits/zones.h"

#include "db/dns/names.h"
#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

class EditsZones : public EditedStore {
 protected:
  std::vector<std::string> add(const NewZone& zone) {
    std::vector<std::string> without_address;
    edit([&](Connection& connection) { without_address = add_zone(connection, zone, test_day); });
    return without_address;
  }

  std::vector<std::string> records() {
    return rows(
        "SELECT name || ' ' || ttl || ' ' || type || ' ' || prio || ' ' || content FROM records ORDER BY id");
  }
};

const NewZone example{
    .name = "example.com", .name_servers = {"ns1.example.com", "ns2.example.net"}, .hostmaster = ""};

TEST_F(EditsZones, AddWritesSoaAndNameServers) {
  EXPECT_EQ(add(example), std::vector<std::string>{"ns1.example.com"})
      << "which lies in the zone, without an address";
  EXPECT_EQ(rows("SELECT name || ' ' || type FROM domains"), std::vector<std::string>{"example.com NATIVE"});
  EXPECT_EQ(records(),
            (std::vector<std::string>{
                "example.com 3600 SOA 0 ns1.example.com hostmaster.example.com 2025112401 10800 3600 604800 300",
                "example.com 3600 NS 0 ns1.example.com", "example.com 3600 NS 0 ns2.example.net"}));
}

TEST_F(EditsZones, AddTakesHostmasterKindAndTtl) {
  NewZone zone = example;
  zone.hostmaster = hostmaster_name("John.Doe@Example.net");
  zone.kind = "MASTER";
  zone.ttl = 60;
  zone.name_servers.push_back("ns1.example.com");
  add(zone);
  EXPECT_EQ(rows("SELECT type FROM domains"), std::vector<std::string>{"MASTER"});
  EXPECT_EQ(records().front(),
            "example.com 60 SOA 0 ns1.example.com john\\.doe.example.net 2025112401 10800 3600 604800 300");
  EXPECT_EQ(records().size(), 3U) << "a name server that is given twice has one record";
}

TEST_F(EditsZones, AddKnowsNameServersThatAreMailServers) {
  database_.exec("INSERT INTO mail_servers (name) VALUES ('ns1.example.com')");
  EXPECT_EQ(add(example).size(), 1U);
  edit([](Connection& connection) { remove_zone(connection, "example.com"); });
  database_.exec("INSERT INTO mail_addresses (server, address) VALUES ('ns1.example.com', '10.0.0.1')");
  EXPECT_TRUE(add(example).empty());
}

TEST_F(EditsZones, AddTwiceIsRefused) {
  add(example);
  EXPECT_EQ(
      refusal([](Connection& connection) { add_zone(connection, example, test_day); }),
      "the zone example.com is here already; to change it, see: mxbalance zone set --help, or mxbalance zone "
      "records example.com");
}

TEST_F(EditsZones, HostmasterIsAName) {
  EXPECT_EQ(hostmaster_name("hostmaster@example.com"), "hostmaster.example.com");
  EXPECT_EQ(hostmaster_name("a.b.c@example.com."), "a\\.b\\.c.example.com");
  EXPECT_EQ(hostmaster_name("a\\.b.example.com"), "a\\.b.example.com");
  EXPECT_THROW((void)hostmaster_name("@example.com"), InvalidName);
  EXPECT_THROW((void)hostmaster_name("a@"), InvalidName);
  EXPECT_THROW((void)hostmaster_name(""), InvalidName);
}

TEST_F(EditsZones, ChangeOfTheHostmasterMovesTheServedSerial) {
  add(example);
  edit([](Connection& connection) {
    change_zone(connection, "example.com", {.kind = "MASTER", .hostmaster = "root.example.com", .primaries = {}});
  });
  EXPECT_EQ(rows("SELECT type FROM domains"), std::vector<std::string>{"MASTER"});
  EXPECT_EQ(records().front(),
            "example.com 3600 SOA 0 ns1.example.com root.example.com 2025112401 10800 3600 604800 300");
  EXPECT_EQ(served_serial(), "2025112402");
  edit([](Connection& connection) {
    change_zone(connection, "example.com", {.kind = "NATIVE", .hostmaster = {}, .primaries = {}});
  });
  EXPECT_EQ(rows("SELECT type FROM domains"), std::vector<std::string>{"NATIVE"});
  EXPECT_EQ(served_serial(), "2025112402") << "nothing that is published has changed";
}

TEST_F(EditsZones, ChangeNeedsASoaRecordToChange) {
  database_.exec("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')");
  const auto change = [](Connection& connection) {
    change_zone(connection, "example.com", {.kind = {}, .hostmaster = "root.example.com", .primaries = {}});
  };
  EXPECT_NE(refusal(change).find("has no SOA record"), std::string::npos);
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', 'broken' FROM domains");
  EXPECT_NE(refusal(change).find("\"broken\""), std::string::npos);
}

TEST_F(EditsZones, RemoveTakesTheRecordsAlong) {
  add(example);
  std::int64_t removed = 0;
  edit([&](Connection& connection) { removed = remove_zone(connection, "example.com"); });
  EXPECT_EQ(removed, 3);
  EXPECT_TRUE(rows("SELECT name FROM domains UNION ALL SELECT name FROM records").empty());
}

TEST_F(EditsZones, RemoveIsRefusedWhileAPoolNeedsTheZone) {
  add(example);
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.com');"
      "INSERT INTO pools (name) VALUES ('inbound');"
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com')");
  const auto remove = [](Connection& connection) { remove_zone(connection, "example.com"); };
  EXPECT_EQ(
      refusal(remove),
      "the zone example.com is in use: it holds the host names of the mail servers mail1.example.com of the pool"
      " inbound; take them out first with: mxbalance pool leave POOL SERVER");
  database_.exec("INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound')");
  EXPECT_EQ(refusal(remove),
            "the zone example.com is in use: it publishes the pool inbound at example.com (MX); take them out "
            "first with:"
            " mxbalance pool unpublish POOL NAME");
  EXPECT_EQ(records().size(), 3U);
}

TEST_F(EditsZones, HostmasterIsThatOfTheServedSoaRecord) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
      "INSERT INTO records (id, domain_id, name, type, content, ttl, disabled) VALUES"
      " (1, 1, 'example.com', 'SOA', 'ns off 1 2 3 4 5', 60, 1), (2, 1, 'example.com', 'SOA', 'ns on 1 2 3 4 5', "
      "60, 0)");
  edit([](Connection& connection) {
    change_zone(connection, "example.com", {.kind = {}, .hostmaster = "root.example.com", .primaries = {}});
  });
  EXPECT_EQ(rows("SELECT content FROM records ORDER BY id"),
            (std::vector<std::string>{"ns off 1 2 3 4 5", "ns root.example.com 1 2 3 4 5"}));
}

TEST_F(EditsZones, ANewPrimaryIsAskedAtOnce) {
  database_.exec("INSERT INTO domains (name, type, last_check) VALUES ('example.com', 'SLAVE', 1800000000)");
  edit([](Connection& connection) {
    change_zone(connection, "example.com", {.kind = {}, .hostmaster = {}, .primaries = {"192.0.2.53"}});
  });
  EXPECT_EQ(rows("SELECT master || ' ' || last_check FROM domains"), std::vector<std::string>{"192.0.2.53 0"});
}

}  // namespace
}  // namespace mxbalance::db
