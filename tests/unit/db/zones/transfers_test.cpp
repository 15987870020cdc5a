#include "db/zones/transfers.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

constexpr std::int64_t at_noon = 1'800'000'000;
constexpr std::int64_t notify_pause = 5;

class Transfers : public EditedStore {
 protected:
  /// Zones of `kind`, each with the SOA record's serial 100 and a refresh time of 3600 s; ids from 1 on.
  void add_zones(const std::string& kind, const Texts& names) {
    for (const auto& name : names) {
      database_.exec("INSERT INTO domains (name, type) VALUES ('" + name + "', '" + kind +
                     "'); INSERT INTO records (domain_id, name, type, content) VALUES (last_insert_rowid(), '" +
                     name + "', 'SOA', 'ns h 100 3600 3 4 5')");
    }
    database_.exec("UPDATE zone_changes SET counting = 1");
  }

  void change(const std::string& zone) {
    database_.exec(
        "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'TXT', '\"x\"' FROM domains WHERE "
        "name"
        " = '" +
        zone + "'");
  }

  void notify(std::int64_t id, std::int64_t at, std::optional<std::uint32_t> serial = std::nullopt) {
    edit([&](Connection& connection) { set_notified(connection, id, serial, at); });
  }

  void check(std::int64_t id, std::int64_t at) {
    edit([&](Connection& connection) { set_last_check(connection, id, at); });
  }

  /// "name serial" of each zone that is due for a notification.
  Texts to_notify(std::int64_t at, std::size_t limit = 100) {
    Texts due;
    edit([&](Connection& connection) {
      for (const auto& info : zones_to_notify(connection, walk_, at, notify_pause, limit)) {
        EXPECT_EQ(info.kind, "master");
        due.push_back(info.zone.name + " " + std::to_string(info.serial.value_or(0)));
      }
    });
    return due;
  }

  Texts to_refresh(std::int64_t at, std::size_t limit = 100) {
    Texts due;
    edit([&](Connection& connection) {
      for (const auto& info : zones_to_refresh(connection, walk_, at, limit)) {
        EXPECT_EQ(info.kind, "slave");
        due.push_back(info.zone.name);
      }
    });
    return due;
  }

  ZoneWalk walk_;
};

// --- NOTIFY

TEST_F(Transfers, ASerialThatWentRoundIsNotifiedOnce) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'a.example', 'MASTER');"
      "INSERT INTO records (domain_id, name, type, content) VALUES"
      " (1, 'a.example', 'SOA', 'ns h 4294967295 3600 3 4 5'); UPDATE zone_changes SET counting = 1");
  change("a.example");
  change("a.example");
  EXPECT_EQ(to_notify(at_noon), Texts{"a.example 1"});
  notify(1, at_noon, 1);
  EXPECT_EQ(to_notify(at_noon + 2 * notify_pause), Texts{});
}

TEST_F(Transfers, PrimaryZonesWithNewsAreDueUntilTheyWereNotified) {
  add_zones("master", {"a.example"});
  add_zones("NATIVE", {"native.example"});
  add_zones("SLAVE", {"secondary.example"});
  EXPECT_EQ(to_notify(at_noon), Texts{"a.example 100"});
  notify(1, at_noon);
  EXPECT_TRUE(to_notify(at_noon + notify_pause).empty());
  EXPECT_EQ(rows("SELECT notified_serial FROM domains WHERE id = 1"), Texts{"100"});
  change("a.example");
  EXPECT_EQ(to_notify(at_noon + notify_pause), Texts{"a.example 101"});
  notify(1, at_noon, 101);
  change("native.example");
  EXPECT_TRUE(to_notify(at_noon + notify_pause).empty());
  database_.exec("UPDATE domains SET notified_serial = 4294967295 WHERE id = 1");
  EXPECT_EQ(to_notify(at_noon + notify_pause), Texts{"a.example 101"}) << "whatever other serial was notified";
}

TEST_F(Transfers, AChangeAfterTheNotifiedSerialIsNews) {
  add_zones("MASTER", {"a.example"});
  change("a.example");
  notify(1, at_noon, 100);
  EXPECT_EQ(to_notify(at_noon + notify_pause), Texts{"a.example 101"});
}

TEST_F(Transfers, PrimaryZonesWithoutASoaRecordAreNotNotified) {
  database_.exec("INSERT INTO domains (name, type) VALUES ('a.example', 'MASTER')");
  EXPECT_TRUE(to_notify(at_noon).empty());
  notify(1, at_noon);
  EXPECT_EQ(rows("SELECT coalesce(notified_serial, 'none') FROM domains"), Texts{"none"});
  notify(1, at_noon, 7);
  EXPECT_EQ(rows("SELECT notified_serial FROM domains"), Texts{"7"});
  notify(99, at_noon, 7);  // a zone that is gone meanwhile
}

TEST_F(Transfers, ANotificationWaitsForThePauseToEnd) {
  add_zones("MASTER", {"a.example"});
  notify(1, at_noon);
  change("a.example");
  struct Case {
    std::int64_t at;
    bool is_due;
  };
  constexpr Case cases[] = {{at_noon, false},      {at_noon + 1, false}, {at_noon + 4, false}, {at_noon + 5, true},
                            {at_noon + 600, true}, {at_noon - 1, true},  // the clock was stepped back
                            {at_noon - 600, true}};
  for (const auto& [at, is_due] : cases)
    EXPECT_EQ(to_notify(at), is_due ? Texts{"a.example 101"} : Texts{}) << at - at_noon;
}

TEST_F(Transfers, EveryPrimaryZoneHasItsTurn) {
  add_zones("MASTER", {"a.example", "b.example", "c.example", "d.example"});
  EXPECT_EQ(to_notify(at_noon, 3), (Texts{"a.example 100", "b.example 100", "c.example 100"}));
  EXPECT_EQ(to_notify(at_noon, 3), (Texts{"d.example 100", "a.example 100", "b.example 100"})) << "it goes on";
  notify(3, at_noon);
  notify(4, at_noon);
  EXPECT_EQ(to_notify(at_noon), (Texts{"a.example 100", "b.example 100"})) << "all of them in one walk";
  EXPECT_TRUE(to_notify(at_noon, 0).empty());
}

// --- refresh

TEST_F(Transfers, SecondaryZonesAreDueWhenTheirRefreshTimeIsOver) {
  add_zones("Slave", {"a.example"});
  add_zones("MASTER", {"primary.example"});
  EXPECT_EQ(to_refresh(at_noon), Texts{"a.example"}) << "never checked";
  check(1, at_noon);
  struct Case {
    std::int64_t at;
    bool is_due;
  };
  constexpr Case cases[] = {{at_noon, false},
                            {at_noon + 3599, false},
                            {at_noon + 3600, true},
                            {at_noon + 9999, true},
                            {at_noon - 1, true}};  // the clock was stepped back
  for (const auto& [at, is_due] : cases)
    EXPECT_EQ(to_refresh(at), is_due ? Texts{"a.example"} : Texts{}) << at - at_noon;
  check(1, 0);
  EXPECT_EQ(to_refresh(at_noon), Texts{"a.example"}) << "at once";
}

TEST_F(Transfers, SecondaryZonesThatHaveNothingYetAreDue) {
  edit([](Connection& connection) {
    add_secondary_zone(connection, {"a.example", "192.0.2.1,192.0.2.2:5300", "customer"});
  });
  EXPECT_EQ(rows("SELECT name || ' ' || type || ' ' || master || ' ' || account FROM domains"),
            Texts{"a.example SLAVE 192.0.2.1,192.0.2.2:5300 customer"});
  check(1, at_noon);
  EXPECT_EQ(to_refresh(at_noon), Texts{"a.example"});
  database_.exec("INSERT INTO records (domain_id, name, type, content) VALUES (1, 'a.example', 'SOA', 'ns h 7')");
  EXPECT_EQ(to_refresh(at_noon), Texts{"a.example"}) << "a SOA record without a refresh time";
  database_.exec("UPDATE records SET content = 'ns h 7 3600 3 4 5', disabled = 1");
  EXPECT_EQ(to_refresh(at_noon), Texts{"a.example"});
  database_.exec("UPDATE records SET disabled = 0");
  EXPECT_TRUE(to_refresh(at_noon).empty());
  EXPECT_EQ(refusal([](Connection& connection) {
              add_secondary_zone(connection, {"a.example", "192.0.2.1", ""});
            }),
            "the zone a.example is here already");
}

TEST_F(Transfers, EverySecondaryZoneHasItsTurn) {
  add_zones("SLAVE", {"a.example", "b.example", "c.example", "d.example"});
  check(3, at_noon - 1000);
  EXPECT_EQ(to_refresh(at_noon, 2), (Texts{"a.example", "b.example"}));
  EXPECT_EQ(to_refresh(at_noon, 2), (Texts{"d.example", "a.example"})) << "it goes on";
  EXPECT_TRUE(to_refresh(at_noon, 0).empty());
}

// --- autoprimaries

TEST_F(Transfers, AutoprimariesAreKnownByAddressAndName) {
  database_.exec(
      "INSERT INTO supermasters (ip, nameserver, account) VALUES ('192.0.2.1', 'other.example', 'one'),"
      " ('192.0.2.1', 'NS.example.', 'two'), ('2001:db8::1', 'ns.example', ''), ('192.0.2.3', '', 'x'),"
      " ('192.0.2.3', 'a..b', 'x'), ('192.0.2.3', 'ns.example', 'three')");
  struct Case {
    std::string address;
    Texts name_servers;
    std::string found;
  };
  const std::vector<Case> cases = {
      {"192.0.2.1", {"ns.example"}, "NS.example./two"},
      {"192.0.2.1", {"x.example", "other.example"}, "other.example/one"},
      {"192.0.2.1", {"x.example"}, "none"},
      {"192.0.2.1", {}, "none"},
      {"192.0.2.2", {"ns.example"}, "none"},
      {"2001:db8::1", {"ns.example"}, "ns.example/"},
      {"192.0.2.3", {"ns.example"}, "ns.example/three"},
  };
  for (const auto& [address, name_servers, expected] : cases) {
    std::string found;
    edit([&, at = address, names = name_servers](Connection& connection) {
      const auto autoprimary = find_autoprimary(connection, at, names);
      found = autoprimary ? autoprimary->nameserver + "/" + autoprimary->account : "none";
    });
    EXPECT_EQ(found, expected) << address;
  }
}

}  // namespace
}  // namespace mxbalance::db
