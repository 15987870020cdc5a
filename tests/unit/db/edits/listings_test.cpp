#include "db/edits/listings.h"

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

class Listings : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'b.example', 'NATIVE'), (2, 'a.example', 'MASTER');"
        "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) VALUES"
        " (1, 'b.example', 'SOA', 'ns1.b.example root.b.example 7 1 2 3 4', 60, 0, 0), (1, 'b.example', 'NS', "
        "'ns1.b.example', 60, 0, 0),"
        " (1, 'b.example', 'MX', 'x.example', 60, 10, 1), (1, 'below.b.example', NULL, NULL, 60, 0, 0);"
        "INSERT INTO mail_servers (name, weight) VALUES ('mail2.b.example', 30), ('mail1.b.example', 70);"
        "INSERT INTO mail_addresses (server, address, health) VALUES ('mail1.b.example', '10.0.0.1', 'down'),"
        " ('mail1.b.example', '10.0.0.2', 'unknown');"
        "INSERT INTO pools (name, ttl) VALUES ('inbound', 30);"
        "INSERT INTO pool_members (pool, server, preference) VALUES ('inbound', 'mail1.b.example', 20), "
        "('inbound', 'mail2.b.example', 10);"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('x1.b.example', 'MX', 'inbound'), ('x2.b.example', "
        "'MX', 'inbound'),"
        " ('x2.b.example', 'A', 'inbound')");
  }

  template <typename Work>
  auto reading(Work work) {
    Connection connection(database_.path(), Connection::Mode::reading);
    decltype(work(connection)) found;
    read(connection, [&](Connection& in_transaction) { found = work(in_transaction); });
    return found;
  }
};

TEST_F(Listings, ZonesComeInTheOrderOfTheirNames) {
  const auto zones = reading([](Connection& connection) {
    std::vector<ZoneListing> found;
    for_each_zone_listing(connection, [&](const ZoneListing& zone) { found.push_back(zone); });
    return found;
  });
  ASSERT_EQ(zones.size(), 2U);
  EXPECT_EQ(zones[0].name, "a.example");
  EXPECT_EQ(zones[0].kind, "MASTER");
  EXPECT_FALSE(zones[0].serial);
  EXPECT_EQ(zones[1].serial, 7U);
  EXPECT_EQ(zones[1].records, 3) << "empty non-terminals are no records";
  EXPECT_EQ(zones[1].published, 3);
}

TEST_F(Listings, AZoneShowsWhatIsPublishedInIt) {
  const auto zone = reading([](Connection& connection) { return zone_details(connection, "b.example", 2); });
  EXPECT_EQ(zone.soa, "ns1.b.example root.b.example 7 1 2 3 4");
  EXPECT_EQ(zone.name_servers, std::vector<std::string>{"ns1.b.example"});
  EXPECT_EQ(zone.published.total, 3);
  ASSERT_EQ(zone.published.rows.size(), 2U);
  EXPECT_EQ(zone.published.rows[1].name, "x2.b.example");
  EXPECT_EQ(zone.published.rows[1].kind, "MX");
  EXPECT_EQ(zone.mail_servers.rows, (std::vector<std::string>{"mail1.b.example", "mail2.b.example"}));
}

TEST_F(Listings, RecordsHaveTheirPreferenceInside) {
  const auto records = reading([](Connection& connection) {
    std::vector<RecordListing> found;
    for_each_record(connection, "b.example", [&](const RecordListing& listing) { found.push_back(listing); });
    return found;
  });
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].record.type, "MX");
  EXPECT_EQ(records[0].record.content, "10 x.example");
  EXPECT_TRUE(records[0].is_disabled);
}

TEST_F(Listings, AServerShowsItsAddressesAndPools) {
  const auto servers = reading([](Connection& connection) {
    std::vector<ServerListing> found;
    for_each_server_listing(connection, [&](const ServerListing& server) { found.push_back(server); });
    return found;
  });
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[0].name, "mail1.b.example");
  EXPECT_EQ(as_text(servers[0].columns.at("weight")), "70");
  ASSERT_EQ(servers[0].addresses.size(), 2U);
  EXPECT_EQ(servers[0].addresses[0].health, "down");
  EXPECT_EQ(servers[0].pools, std::vector<std::string>{"inbound"});
  EXPECT_TRUE(servers[1].addresses.empty());
}

TEST_F(Listings, APoolShowsWhoWouldBeAnswered) {
  const auto pool = reading([](Connection& connection) { return pool_details(connection, "inbound", 1); });
  EXPECT_EQ(as_text(pool.listing.columns.at("ttl")), "30");
  EXPECT_EQ(pool.listing.members, 2);
  EXPECT_EQ(pool.published.total, 3);
  EXPECT_EQ(pool.published.rows.size(), 1U);
  ASSERT_EQ(pool.members.size(), 2U);
  EXPECT_EQ(pool.members[0].server, "mail2.b.example") << "in the order of preference";
  EXPECT_EQ(pool.members[0].mx, "yes");
  EXPECT_EQ(pool.members[0].a, "-");
  EXPECT_EQ(pool.members[1].a, "yes");
}

TEST_F(Listings, MembersOfAllPoolsComeInTheOrderOfEachPool) {
  const auto members = [&](const auto&... pool) {
    return reading([&](Connection& connection) {
      std::vector<std::string> found;
      for_each_member_status(connection, pool..., [&](std::string_view of, const MemberStatus& member) {
        found.push_back(std::string(of) + " " + member.server + " " + member.mx);
      });
      return found;
    });
  };
  database_.exec(
      "INSERT INTO pools (name) VALUES ('alone'); INSERT INTO pool_members (pool, server) VALUES ('alone', "
      "'mail1.b.example')");
  EXPECT_EQ(members(), (std::vector<std::string>{"alone mail1.b.example yes", "inbound mail2.b.example yes",
                                                 "inbound mail1.b.example yes"}));
  EXPECT_EQ(members(std::string_view("alone")), std::vector<std::string>{"alone mail1.b.example yes"});
  EXPECT_TRUE(members(std::string_view("none")).empty());
}

TEST_F(Listings, MembersOfTwiceAsManyPoolsTakeTwiceTheWork) {
  const auto work_for_pools = [&](int from, int to) {
    database_.exec("WITH RECURSIVE n(i) AS (SELECT " + std::to_string(from) + " UNION ALL SELECT i + 1 FROM n" +
                   " WHERE i < " + std::to_string(to) + ") INSERT INTO pools (name) SELECT 'p' || i FROM n;" +
                   "INSERT INTO pool_members (pool, server) SELECT name, 'mail1.b.example' FROM pools WHERE name"
                   " NOT IN (SELECT pool FROM pool_members)");
    return reading([](Connection& connection) {
      for_each_member_status(connection, [](std::string_view, const MemberStatus&) {});
      auto* const handle = connection.database().getHandle();
      auto* statement = sqlite3_next_stmt(handle, nullptr);
      while (std::string_view(sqlite3_sql(statement)).find("FROM pool_status") == std::string_view::npos)
        statement = sqlite3_next_stmt(handle, statement);
      return sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
    });
  };
  const int for_200 = work_for_pools(1, 200);
  EXPECT_LT(work_for_pools(201, 400), for_200 * 5 / 2);
}

TEST_F(Listings, WhatIsNotThereIsRefused) {
  EXPECT_NE(refusal([](Connection& connection) { zone_details(connection, "c.example", 1); }), "");
  EXPECT_NE(refusal([](Connection& connection) { server_listing(connection, "c.example"); }), "");
  EXPECT_NE(refusal([](Connection& connection) { pool_details(connection, "c", 1); }), "");
  EXPECT_NE(refusal([](Connection& connection) {
              for_each_record(connection, "c.example", [](const RecordListing&) {});
            }),
            "");
}

}  // namespace
}  // namespace mxbalance::db
