#include "db/edits/pools.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

class EditsPools : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'example.com', 'SOA', 'a b 7 1 2 3 "
        "4', 60);"
        "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'), ('mail2.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1');"
        "INSERT INTO pools (name) VALUES ('inbound'), ('other')");
  }

  std::string join(const std::string& server, const ColumnValues& membership = {},
                   const std::string& pool = "inbound") {
    return refusal([&](Connection& connection) { join_pool(connection, pool, server, membership); });
  }

  std::string publish(const std::string& name, const std::string& kind, bool replace = false,
                      const std::string& pool = "inbound") {
    return refusal([&](Connection& connection) { publish_pool(connection, pool, name, kind, replace); });
  }

  std::vector<std::string> members() {
    return rows(
        "SELECT pool || ' ' || server || ' ' || preference || ' ' || coalesce(weight, '-') FROM pool_members");
  }

  std::vector<std::string> published() {
    return rows("SELECT name || ' ' || kind || ' ' || pool || ' ' || domain_id FROM pool_names");
  }
};

TEST_F(EditsPools, AreAddedAndChanged) {
  const auto pool = [this] {
    return rows(
        "SELECT ttl || ' ' || mx_policy || ' ' || address_policy || ' ' || max_addresses || ' ' || min_live || ' "
        "' || slow_start FROM "
        "pools"
        " WHERE name = 'new'");
  };
  edit([](Connection& connection) { add_pool(connection, "new", {}); });
  EXPECT_EQ(pool().front(), "60 auto auto 8 1 0");
  edit([](Connection& connection) {
    change_pool(connection, "new",
                {{"ttl", 30},
                 {"mx_policy", "ranked"},
                 {"address_policy", "subset"},
                 {"max_addresses", 4},
                 {"min_live", 2},
                 {"slow_start", 90}});
  });
  EXPECT_EQ(pool().front(), "30 ranked subset 4 2 90");
  edit([](Connection& connection) { change_pool(connection, "new", {{"ttl", 90}}); });
  EXPECT_EQ(pool().front(), "90 ranked subset 4 2 90");
  EXPECT_EQ(refusal([](Connection& connection) { add_pool(connection, "new", {}); }),
            "the pool new is here already; to change it, see: mxbalance pool set --help");
  EXPECT_EQ(refusal([](Connection& connection) {
              add_pool(connection, "newer", {{"mx_policy", "best"}});
            }),
            "pools.mx_policy must be auto, equal or ranked");
  EXPECT_EQ(rows("SELECT name FROM pools WHERE name = 'newer'").size(), 0U) << "all or nothing";
}

TEST_F(EditsPools, TakeMembersAndChangeThem) {
  EXPECT_EQ(join("mail1.example.com"), "");
  EXPECT_EQ(members().back(), "inbound mail1.example.com 10 -");
  EXPECT_EQ(join("mail1.example.com", {{"preference", 20}, {"weight", 5}}), "");
  EXPECT_EQ(members().back(), "inbound mail1.example.com 20 5");
  EXPECT_EQ(join("mail1.example.com"), "") << "as it is";
  EXPECT_EQ(members().back(), "inbound mail1.example.com 20 5");
  EXPECT_EQ(join("mail1.example.com", {{"preference", 30}, {"weight", {}}}), "");
  EXPECT_EQ(members().back(), "inbound mail1.example.com 30 -");
  EXPECT_EQ(join("mail1.example.com", {{"preference", 65536}}),
            "pool_members.preference must be a whole number from 0 to 65535");
  EXPECT_NE(join("mail9.example.com"), "");
  EXPECT_NE(join("mail1.example.com", {}, "nowhere"), "");
}

TEST_F(EditsPools, KeepTheirLastMember) {
  join("mail1.example.com");
  join("mail2.example.com");
  publish("example.com", "MX");
  const auto leave = [](std::string_view server) {
    return [server](Connection& connection) { leave_pool(connection, "inbound", server, false); };
  };
  EXPECT_EQ(refusal(leave("mail2.example.com")), "");
  EXPECT_EQ(refusal(leave("mail2.example.com")),
            "mail2.example.com is no member of the pool inbound; see: mxbalance pool show inbound");
  EXPECT_EQ(refusal(leave("mail1.example.com")),
            "mail1.example.com is the last enabled member of the pool inbound, which is published at example.com "
            "(MX), and"
            " mail would have nowhere to go; enable or join another member first, or take the pool out with: "
            "mxbalance pool unpublish inbound NAME");
  edit([](Connection& connection) { unpublish_pool(connection, "inbound", "example.com", std::nullopt); });
  EXPECT_EQ(refusal(leave("mail1.example.com")), "");
  EXPECT_TRUE(members().empty());
}

TEST_F(EditsPools, KeepTheirLastLiveMemberUnlessForced) {
  join("mail1.example.com");
  join("mail2.example.com");
  publish("example.com", "MX");
  database_.exec("UPDATE mail_servers SET health = 'down', reason = 'disk full' WHERE name = 'mail2.example.com'");
  const auto leave = [](std::string_view server, bool force) {
    return [server, force](Connection& connection) { leave_pool(connection, "inbound", server, force); };
  };
  EXPECT_EQ(
      refusal(leave("mail1.example.com", false)),
      "mail1.example.com is the last live server of the pool inbound, which is published at example.com (MX):"
      " mail would be sent only to those that are down; wait until another one is up, or do it all the same"
      " with --force");
  edit([](Connection& connection) { add_pool(connection, "outbound", {}); });
  database_.exec("INSERT INTO pool_members (pool, server) SELECT 'outbound', name FROM mail_servers");
  EXPECT_EQ(
      refusal([](Connection& connection) { leave_pool(connection, "outbound", "mail1.example.com", false); }), "")
      << "that pool is not published";
  EXPECT_EQ(refusal(leave("mail2.example.com", false)), "") << "it is down";
  join("mail2.example.com");
  EXPECT_EQ(refusal(leave("mail1.example.com", true)), "");
}

TEST_F(EditsPools, ArePublished) {
  join("mail1.example.com");
  EXPECT_EQ(publish("example.com", "MX"), "");
  EXPECT_EQ(publish("mail.example.com", "A"), "");
  EXPECT_EQ(publish("example.com", "MX"), "") << "again: nothing changes";
  EXPECT_EQ(published(), (std::vector<std::string>{"example.com MX inbound 1", "mail.example.com A inbound 1"}));
}

TEST_F(EditsPools, AreNotPublishedWithoutAnswer) {
  EXPECT_EQ(publish("example.com", "MX"),
            "the pool inbound has no enabled member, and mail would have nowhere to go; add one with: mxbalance "
            "pool join"
            " inbound SERVER");
  join("mail2.example.com");
  EXPECT_EQ(publish("mail.example.com", "A"),
            "the pool inbound has no enabled member with an address; add one with: mxbalance server set SERVER"
            " --add-address ADDRESS");
  EXPECT_EQ(publish("example.org", "MX"),
            "no zone here holds the name example.org; add the zone first, such as: mxbalance zone add example.org "
            "--ns NAME");
  join("mail1.example.com");
  EXPECT_EQ(
      publish("mail1.example.com", "A"),
      "mail1.example.com is the host name of a mail server, which has addresses of its own; publish the pool at"
      " another name");
  EXPECT_TRUE(published().empty());
}

TEST_F(EditsPools, DoNotStandBesideStaticRecords) {
  join("mail1.example.com");
  database_.exec(
      "UPDATE zone_changes SET counting = 1;"
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES (1, 'example.com', 'MX', "
      "'old.example.net', 60, 10),"
      " (1, 'example.com', 'MX', 'older.example.net', 60, 20), (1, 'mail.example.com', 'A', '10.0.0.9', 60, 0),"
      " (1, 'mail.example.com', 'AAAA', '::9', 60, 0), (1, 'www.example.com', 'CNAME', 'example.com', 60, 0)");
  EXPECT_EQ(publish("example.com", "MX"),
            "at example.com stand static records: MX 10 old.example.net, MX 20 older.example.net; remove them "
            "first with:"
            " mxbalance zone records example.com remove example.com MX, or in the same step with --replace");
  EXPECT_EQ(publish("mail.example.com", "A"),
            "at mail.example.com stand static records: A 10.0.0.9, AAAA ::9; remove them first with: mxbalance "
            "zone records"
            " example.com remove mail.example.com A && mxbalance zone records example.com remove mail.example.com "
            "AAAA, or in"
            " the same step with --replace");
  EXPECT_EQ(
      publish("www.example.com", "MX", true),
      "at www.example.com stand static records: CNAME example.com; remove them first with: mxbalance zone records"
      " example.com remove www.example.com CNAME");
  EXPECT_EQ(publish("mail.example.com", "MX"), "") << "another type";
  EXPECT_EQ(publish("example.com", "MX", true), "");
  EXPECT_EQ(publish("mail.example.com", "A", true), "");
  EXPECT_EQ(publish("www.example.com", "A", true), "");
  EXPECT_EQ(rows("SELECT content FROM records"), std::vector<std::string>{"a b 7 1 2 3 4"});
  EXPECT_EQ(served_serial(), std::to_string(7 + 5 + 5 + 4))
      << "five records came and went, and four names are published";
}

TEST_F(EditsPools, GiveWayToEachOtherOnlyWhenTold) {
  join("mail1.example.com");
  join("mail1.example.com", {}, "other");
  publish("example.com", "MX");
  EXPECT_EQ(publish("example.com", "MX", false, "other"),
            "the pool inbound is published at example.com as MX already; put other in its place with --replace");
  EXPECT_EQ(publish("example.com", "MX", true, "other"), "");
  EXPECT_EQ(published(), std::vector<std::string>{"example.com MX other 1"});
}

TEST_F(EditsPools, AreTakenOutOfNames) {
  join("mail1.example.com");
  publish("example.com", "MX");
  publish("example.com", "A");
  publish("mail.example.com", "A");
  const auto unpublish = [](std::string_view name, const std::optional<std::string>& kind) {
    return [name, kind](Connection& connection) { unpublish_pool(connection, "inbound", name, kind); };
  };
  EXPECT_EQ(refusal(unpublish("example.com", "MX")), "");
  EXPECT_EQ(
      refusal(unpublish("example.com", "MX")),
      "the pool inbound is not published at example.com as MX, but at example.com (A) and mail.example.com (A)");
  EXPECT_EQ(refusal(unpublish("example.com", std::nullopt)), "");
  EXPECT_EQ(published(), std::vector<std::string>{"mail.example.com A inbound 1"});
}

TEST_F(EditsPools, TellWhereMailGoesWithoutThem) {
  join("mail1.example.com");
  const auto left_after = [this](const std::string& records) {
    publish("example.com", "MX");
    database_.exec("DELETE FROM records; " + records);
    LeftForMail left{};
    edit([&](Connection& connection) {
      left = unpublish_pool(connection, "inbound", "example.com", std::nullopt);
    });
    return left;
  };
  const std::string insert = "INSERT INTO records (domain_id, name, type, content) VALUES (1, 'example.com', ";
  EXPECT_EQ(left_after(""), LeftForMail::nothing);
  EXPECT_EQ(left_after(insert + "'A', '10.0.0.1')"), LeftForMail::addresses);
  EXPECT_EQ(left_after(insert + "'MX', 'mail9.example.com')"), LeftForMail::mx);
  publish("mail.example.com", "A");
  edit([](Connection& connection) {
    EXPECT_EQ(unpublish_pool(connection, "inbound", "mail.example.com", "A"), LeftForMail::mx) << "it had none";
  });
}

TEST_F(EditsPools, AreRemovedWhenTheyArePublishedNowhere) {
  join("mail1.example.com");
  publish("example.com", "MX");
  const auto remove = [](Connection& connection) { remove_pool(connection, "inbound"); };
  EXPECT_EQ(
      refusal(remove),
      "the pool inbound is in use: it is published at example.com (MX); take it out first with: mxbalance pool"
      " unpublish inbound NAME");
  edit([](Connection& connection) { unpublish_pool(connection, "inbound", "example.com", "MX"); });
  EXPECT_EQ(refusal(remove), "");
  EXPECT_TRUE(members().empty());
}

TEST_F(EditsPools, AreNotPublishedWhereOthersAreAsked) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'cut.example.com', 'NS', "
      "'ns.example.net', 60),"
      " (1, 'example.com', 'NS', 'ns.example.net', 60)");
  ASSERT_EQ(join("mail1.example.com"), "");
  for (const std::string name : {"cut.example.com", "a.b.cut.example.com"}) {
    EXPECT_EQ(publish(name, "MX"),
              "NS records at cut.example.com delegate " + name +
                  " to other name servers, so nothing published there would be answered; publish it there, or "
                  "remove the "
                  "delegation first with: mxbalance zone records example.com remove cut.example.com NS");
  }
  EXPECT_EQ(publish("example.com", "MX"), "");
  EXPECT_EQ(publish("acut.example.com", "MX"), "");
  database_.exec("INSERT INTO domains (name, type) VALUES ('cut.example.com', 'NATIVE')");
  EXPECT_EQ(publish("a.cut.example.com", "MX"), "") << "the delegation is to a zone that is here";
}

TEST_F(EditsPools, ArePublishedBesideWhatIsSwitchedOff) {
  EXPECT_EQ(join("mail1.example.com"), "");
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled)"
      " SELECT id, 'off.example.com', 'MX', 'mail.example.net', 60, 10, 1 FROM domains WHERE name = "
      "'example.com'");
  EXPECT_EQ(publish("off.example.com", "MX"), "");
}

}  // namespace
}  // namespace mxbalance::db
