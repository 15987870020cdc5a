// Health from a probe's report to the store's rows, and what triggers make of it.
#include "db/edits/health.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "db/edits/pool_evaluation.h"
#include "db/edits/probe_targets.h"
#include "db/edits/servers.h"
#include "db/lookup/health_reports.h"
#include "db/lookup/pools.h"
#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

class HealthRows : public EditedStore {
 protected:
  HealthRows() {
    database_.exec(
        "INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE');"
        "INSERT INTO mail_servers (name) VALUES ('m1.example.com'), ('m2.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('m1.example.com', '10.0.0.1'), ('m1.example.com', "
        "'::1'),"
        " ('m2.example.com', '10.0.0.2');"
        "INSERT INTO pools (name, ttl) VALUES ('p', 60), ('q', 600);"
        "INSERT INTO pool_members (pool, server) VALUES ('p', 'm1.example.com'), ('p', 'm2.example.com'),"
        " ('q', 'm1.example.com');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'p')");
    edit([](Connection& connection) { evaluate_pools_once(connection, [] {}); });
    database_.exec("DELETE FROM events");
  }

  static std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  const std::int64_t begun_ = seconds_now();

  Texts events() {
    return rows(
        "SELECT subject || '|' || field || '|' || coalesce(before, '') || '|' || after || '|' || reason FROM"
        " events ORDER BY id");
  }

  Texts sorted_events() {
    auto found = events();
    std::sort(found.begin(), found.end());
    return found;
  }

  Pool pool() {
    Connection connection(database_.path(), Connection::Mode::reading);
    std::vector<RowDefect> defects;
    return read_pool(connection, "p", defects).value();
  }

  /// Whether the server is safe to stop so many seconds after something that this test has done.
  ::testing::AssertionResult is_safe_after(std::int64_t seconds) {
    const auto found = rows("SELECT coalesce(safe_at, 0) FROM mail_servers WHERE name = 'm1.example.com'");
    const std::int64_t begun = std::stoll(found.at(0)) - seconds;
    if (begun >= begun_ && begun <= seconds_now()) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "it is said to be so " << begun - begun_ << " s too late";
  }

  void flush(HealthReports& reports) {
    const auto current = reports.current();
    edit([&](Connection& connection) { write_health(connection, *current); });
    reports.forget(*current);
  }
};

HealthReport found(const char* address, Health health, const char* reason, std::int64_t at = 1'700'000'000) {
  return {.server = "m1.example.com", .address = address, .health = health, .reason = reason, .at = at};
}

TEST_F(HealthRows, AreMergedUntilTheyAreWritten) {
  HealthReports reports;
  EXPECT_EQ(reports.current(), nullptr);
  EXPECT_EQ(reports.add(found("10.0.0.1", Health::down, "connection refused")), 1U);
  reports.add({.server = "m9.example.com", .address = "10.0.0.9", .health = Health::down, .reason = "gone"});
  auto read = pool();
  for (auto& member : read.members)
    merge(*reports.current(), member.server);
  EXPECT_EQ(read.members[0].server.addresses[0].health, Health::down);
  EXPECT_EQ(read.members[0].server.addresses[1].health, Health::unknown);
  EXPECT_EQ(read.members[1].server.addresses[0].health, Health::unknown);
  flush(reports);
  EXPECT_EQ(reports.current(), nullptr);
  EXPECT_EQ(pool().members[0].server.addresses[0].health, Health::down);
  EXPECT_EQ(events(), Texts{"m1.example.com 10.0.0.1|health|unknown|down|connection refused"});
  EXPECT_EQ(rows("SELECT at FROM events"), Texts{"1700000000"}) << "when it was found, not when it was written";
}

TEST_F(HealthRows, KeepWhatWasFoundDuringAWrite) {
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::down, "first"));
  const auto written = reports.snapshot();
  reports.add(found("10.0.0.1", Health::up, "second"));
  reports.forget(*written);
  ASSERT_NE(reports.current(), nullptr);
  EXPECT_EQ(reports.current()->reports().begin()->second->reason, "second");
  EXPECT_EQ(reports.snapshot()->sequence(), 2U);
}

TEST_F(HealthRows, KnowWhenAnAddressCameUp) {
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::up, ""));
  flush(reports);
  EXPECT_EQ(pool().members[0].server.addresses[0].came_up_at, 0) << "it was not down before";
  reports.add(found("10.0.0.1", Health::down, "", 1'700'000'100));
  flush(reports);
  auto back = found("10.0.0.1", Health::up, "", 1'700'000'200);
  back.was_down = true;
  reports.add(back);
  auto merged = pool();
  merge(*reports.current(), merged.members[0].server);
  EXPECT_EQ(merged.members[0].server.addresses[0].came_up_at, 1'700'000'200);
  flush(reports);
  EXPECT_EQ(pool().members[0].server.addresses[0].came_up_at, 1'700'000'200);
}

// The row says up as before, when an address went down and came up while the store could not be written.
TEST_F(HealthRows, KnowWhenAnAddressCameUpBeforeItWasWrittenThatItWasDown) {
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::up, ""));
  flush(reports);
  reports.add(found("10.0.0.1", Health::down, "", 1'700'000'100));
  auto back = found("10.0.0.1", Health::up, "", 1'700'000'200);
  back.was_down = true;
  reports.add(back);
  auto merged = pool();
  merge(*reports.current(), merged.members[0].server);
  EXPECT_EQ(merged.members[0].server.addresses[0].came_up_at, 1'700'000'200);
  flush(reports);
  EXPECT_EQ(pool().members[0].server.addresses[0].came_up_at, 1'700'000'200);
}

TEST_F(HealthRows, KnowWhenAServersOwnHealthExpiredBeforeItWasWritten) {
  MailServer server;
  server.name = "m1.example.com";
  server.health = Health::down;
  server.health_until = 1'700'000'300;
  HealthReports reports;
  HealthReport expired;
  expired.server = server.name;
  expired.at = expired.health_until = server.health_until;
  reports.add(expired);
  merge(*reports.current(), server);
  EXPECT_EQ(server.health, Health::unknown);
  EXPECT_EQ(server.came_up_at, 1'700'000'300);
}

TEST_F(HealthRows, TellWhenAPoolFailsOpen) {
  database_.exec("UPDATE mail_addresses SET health = 'down' WHERE address IN ('10.0.0.1', '10.0.0.2')");
  EXPECT_EQ(events().size(), 2U) << "one member is live by its other address";
  database_.exec(
      "DELETE FROM events; UPDATE mail_servers SET health = 'down', reason = 'disk' WHERE name = "
      "'m1.example.com'");
  EXPECT_EQ(sorted_events(), (Texts{"m1.example.com|health|unknown|down|disk",
                                    "p|answered as MX|live members|all members|0 of 2 enabled members are live"}));
  database_.exec("DELETE FROM events; UPDATE mail_addresses SET health = 'up' WHERE address = '10.0.0.2'");
  EXPECT_EQ(sorted_events(), (Texts{"m2.example.com 10.0.0.2|health|down|up|",
                                    "p|answered as MX|all members|live members|1 of 2 enabled members are live"}));
  database_.exec("DELETE FROM events; UPDATE pools SET min_live = 2; UPDATE mail_servers SET health = 'up'");
  EXPECT_EQ(events().front(),
            "p|answered as MX|live members|all members|1 of 2 enabled members are live, 2 are wanted");
  EXPECT_EQ(sorted_events().back(),
            "p|answered as MX|live members|all members|1 of 2 enabled members are live, 2 are wanted");
}

TEST_F(HealthRows, TellWhenAnyEditChangesWhoAnswers) {
  const auto answered_after = [this](const std::string& statement) {
    database_.exec("DELETE FROM events;" + statement);
    this->edit([](Connection& connection) { evaluate_pools_once(connection, [] {}); });
    return rows(
        "SELECT field || ': ' || before || ' -> ' || after FROM events WHERE field LIKE 'answered%' ORDER BY "
        "field");
  };
  database_.exec("UPDATE mail_servers SET health = 'down' WHERE name = 'm1.example.com'");
  EXPECT_EQ(answered_after("UPDATE mail_servers SET state = 'drain' WHERE name = 'm2.example.com'"),
            Texts{"answered as MX: live members -> all members"})
      << "of a draining one nobody knows that it is up";
  EXPECT_EQ(answered_after("UPDATE mail_addresses SET health = 'up' WHERE server = 'm2.example.com'"),
            Texts{"answered as MX: all members -> draining members, too"});
  EXPECT_EQ(answered_after("DELETE FROM pool_members WHERE pool = 'p' AND server = 'm2.example.com'"),
            Texts{"answered as MX: draining members, too -> all members"});
  EXPECT_EQ(
      answered_after("INSERT INTO mail_servers (name) VALUES ('m3.example.com'); INSERT INTO pool_members (pool,"
                     " server) VALUES ('p', 'm3.example.com')"),
      Texts{"answered as MX: all members -> live members"});
  EXPECT_EQ(answered_after("UPDATE pools SET min_live = 2 WHERE name = 'p'"),
            Texts{"answered as MX: live members -> all members"});
  EXPECT_EQ(
      answered_after("INSERT INTO pool_names (name, kind, pool) VALUES ('mail.example.com', 'A', 'p')"),
      (Texts{"answered as A: live members -> all members", "answered as AAAA: live members -> all members"}));
}

TEST_F(HealthRows, TellOnceOfManyResults) {
  HealthReports reports;
  for (const char* address : {"10.0.0.1", "::1"})
    reports.add(found(address, Health::down, "refused"));
  reports.add(
      {.server = "m2.example.com", .address = "10.0.0.2", .health = Health::down, .reason = "refused", .at = 5});
  flush(reports);
  EXPECT_EQ(rows("SELECT reason || ' ' || at FROM events WHERE field = 'answered as MX'"),
            Texts{"0 of 2 enabled members are live 1700000000"});
}

TEST_F(HealthRows, TellWhatHappenedWhileTheStoreWasLocked) {
  database_.exec(
      "DELETE FROM pool_members WHERE server = 'm2.example.com'; DELETE FROM mail_addresses WHERE address = '::1';"
      "UPDATE mail_addresses SET health = 'up'; DELETE FROM events");
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::down, "refused", 1'700'000'000));
  reports.add(found("10.0.0.1", Health::down, "silent", 1'700'000'050));
  reports.add(found("10.0.0.1", Health::up, "2 probes in a row passed", 1'700'000'100));
  EXPECT_EQ(reports.current()->reports().begin()->second->health, Health::up);
  flush(reports);
  EXPECT_EQ(reports.current(), nullptr);
  EXPECT_TRUE(reports.snapshot()->superseded().empty());
  EXPECT_EQ(rows("SELECT (at - 1700000000) || ' ' || subject || ' ' || after FROM events ORDER BY at, id"),
            (Texts{"0 m1.example.com 10.0.0.1 down", "0 p all members", "100 m1.example.com 10.0.0.1 up",
                   "100 p live members"}));
}

TEST_F(HealthRows, TellWhatHappenedToSeveralInItsOrder) {
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::down, "refused", 1'700'000'000));
  reports.add(found("::1", Health::down, "refused", 1'700'000'010));
  reports.add(found("::1", Health::up, "passed", 1'700'000'020));
  reports.add(found("10.0.0.1", Health::up, "passed", 1'700'000'030));
  flush(reports);
  EXPECT_EQ(rows("SELECT (at - 1700000000) || ' ' || after FROM events WHERE field = 'health' ORDER BY id"),
            (Texts{"0 down", "10 down", "20 up", "30 up"}));
}

TEST_F(HealthRows, HaveTheTimeOfTheirHealthNotOfItsReason) {
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::down, "refused", 1'700'000'000));
  flush(reports);
  reports.add(found("10.0.0.1", Health::down, "silent", 1'700'000'010));
  flush(reports);
  EXPECT_EQ(
      rows("SELECT (changed_at - 1700000000) || ' ' || reason FROM mail_addresses WHERE address = '10.0.0.1'"),
      Texts{"0 silent"});
}

TEST_F(HealthRows, AreAsInEffectWhateverTheClockDid) {
  HealthReports reports;
  reports.add(found("10.0.0.1", Health::down, "refused", 1'700'000'100));
  reports.add(found("10.0.0.1", Health::up, "passed", 1'700'000'000));
  flush(reports);
  EXPECT_EQ(rows("SELECT health FROM mail_addresses WHERE address = '10.0.0.1'"), Texts{"up"});
  for (int i = 0; i < 200; ++i)
    reports.add(found("10.0.0.1", i % 2 == 0 ? Health::down : Health::up, "", 1'700'000'200 + i));
  EXPECT_EQ(reports.snapshot()->superseded().size(), HealthReports::most_superseded);
}

TEST_F(HealthRows, EndWithTheTimeOfASetting) {
  edit([](Connection& connection) { set_server_health(connection, "m1.example.com", "down", "full", 1000); });
  EXPECT_EQ(pool().members[0].server.health_until, 1000);
  std::vector<ExpiredHealth> expired;
  edit([&](Connection& connection) {
    EXPECT_TRUE(read_expired_health(connection, 999).empty());
    expired = read_expired_health(connection, 1000);
  });
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].reason, "full");
  HealthReports reports;
  reports.add({.server = "m1.example.com", .address = "", .reason = "expired: full", .health_until = 1000});
  auto merged = pool();
  merge(*reports.current(), merged.members[0].server);
  EXPECT_EQ(merged.members[0].server.health, Health::unknown);
  flush(reports);
  EXPECT_EQ(rows("SELECT health || ' ' || reason || ' ' || (health_until IS NULL) FROM mail_servers WHERE name ="
                 " 'm1.example.com'"),
            Texts{"unknown expired: full 1"});
}

TEST_F(HealthRows, DoNotEndWhereNothingIsSet) {
  database_.exec("UPDATE mail_servers SET health_until = 1000, reason = 'new' WHERE name = 'm1.example.com'");
  edit([](Connection& connection) { expire_health(connection); });
  EXPECT_EQ(rows("SELECT health || ' ' || reason FROM mail_servers WHERE name = 'm1.example.com'"),
            Texts{"unknown new"});
}

TEST_F(HealthRows, LeaveASettingThatWasRenewed) {
  HealthReports reports;
  reports.add({.server = "m1.example.com", .address = "", .reason = "expired", .health_until = 1000});
  edit([](Connection& connection) { set_server_health(connection, "m1.example.com", "down", "again", 2000); });
  auto merged = pool();
  merge(*reports.current(), merged.members[0].server);
  EXPECT_EQ(merged.members[0].server.health, Health::down);
  flush(reports);
  EXPECT_EQ(pool().members[0].server.health, Health::down);
}

TEST_F(HealthRows, EndNoSettingThatFollowed) {
  database_.exec(
      "UPDATE mail_servers SET health = 'down', health_until = 1000 WHERE name = 'm1.example.com';"
      "UPDATE mail_servers SET health = 'up' WHERE name = 'm1.example.com'");
  EXPECT_EQ(pool().members[0].server.health_until, 0) << "that time was the former setting's";
}

TEST_F(HealthRows, KnowWhenAServerIsSafeToStop) {
  const auto knows = [this] {
    return rows("SELECT safe_at IS NOT NULL FROM mail_servers WHERE name = 'm1.example.com'").front() == "1";
  };
  EXPECT_FALSE(knows());
  database_.exec("UPDATE mail_servers SET state = 'drain' WHERE name = 'm1.example.com'");
  EXPECT_TRUE(is_safe_after(61)) << "the ttl of its pool that is published; the other has 600";
  database_.exec(
      "UPDATE pools SET ttl = 5; UPDATE mail_servers SET state = 'disabled' WHERE name = 'm1.example.com'");
  EXPECT_TRUE(is_safe_after(61)) << "what was answered keeps its ttl";
  database_.exec("UPDATE mail_servers SET state = 'enabled' WHERE name = 'm1.example.com'");
  EXPECT_FALSE(knows());
}

TEST_F(HealthRows, AreNotSafeToStopWhileAnswered) {
  const auto left = [this](const char* server) {
    return rows(
        "SELECT coalesce(safe_at - CAST(strftime('%s','now') AS INTEGER), 'none') || ' ' || state FROM"
        " mail_servers ORDER BY name")[server[1] == '1' ? 0 : 1];
  };
  database_.exec("UPDATE mail_addresses SET health = 'up'");
  database_.exec("UPDATE mail_servers SET state = 'drain' WHERE name = 'm1.example.com'; DELETE FROM events");
  EXPECT_NE(left("m1"), "none drain");
  database_.exec("UPDATE mail_servers SET health = 'down' WHERE name = 'm2.example.com'");
  EXPECT_EQ(left("m1"), "none drain") << "the other one is down";
  EXPECT_EQ(
      rows("SELECT subject || '|' || (before LIKE '20__-%Z') || '|' || coalesce(after, '') || '|' || reason FROM"
           " events WHERE field = 'safe to stop'"),
      Texts{"m1.example.com|1||it is answered again in the pool p: 0 of 1 enabled members are live, and 1"
            " draining one is up"});
  database_.exec("DELETE FROM events; UPDATE pools SET ttl = 300; UPDATE mail_servers SET health = 'up'");
  EXPECT_TRUE(is_safe_after(301)) << "the ttl of what it is published in";
  EXPECT_EQ(rows("SELECT reason FROM events WHERE field = 'safe to stop'"), Texts{"it is no longer answered"});
}

TEST_F(HealthRows, AreSafeToStopWhenFormerAnswersAreForgotten) {
  const std::string drained = "UPDATE mail_servers SET state = 'drain' WHERE name = 'm1.example.com'";
  database_.exec("UPDATE pools SET ttl = 3600; UPDATE pools SET ttl = 5");
  database_.exec(drained);
  EXPECT_TRUE(is_safe_after(3601)) << "what was answered before the ttl fell";
  database_.exec("UPDATE pools SET ttl = 7200");
  EXPECT_TRUE(is_safe_after(7201)) << "the ttl rises during the drain";
  database_.exec("UPDATE mail_servers SET state = 'enabled'; DELETE FROM kept_servers");
  database_.exec("DELETE FROM pool_members WHERE pool = 'p' AND server = 'm1.example.com'");
  database_.exec(drained);
  EXPECT_TRUE(is_safe_after(7201)) << "it has left a pool before";
}

TEST_F(HealthRows, AreNotSafeToStopAtOnceWhenTheirPoolIsUnpublished) {
  database_.exec("DELETE FROM pool_names; UPDATE mail_servers SET state = 'drain' WHERE name = 'm1.example.com'");
  EXPECT_TRUE(is_safe_after(61)) << "it was answered until now";
}

TEST_F(HealthRows, AreSafeToStopNoSoonerForBeingReplaced) {
  database_.exec(
      "UPDATE pools SET ttl = 600; REPLACE INTO pools (name, ttl) VALUES ('p', 5);"
      "UPDATE mail_servers SET state = 'drain' WHERE name = 'm1.example.com'");
  EXPECT_TRUE(is_safe_after(601)) << "the pool's ttl was higher";
  database_.exec(
      "DELETE FROM pool_members WHERE server = 'm1.example.com';"
      "DELETE FROM mail_servers WHERE name = 'm1.example.com';"
      "INSERT INTO mail_servers (name, state) VALUES ('m1.example.com', 'drain')");
  EXPECT_TRUE(is_safe_after(601)) << "it was removed and added again";
  database_.exec("REPLACE INTO mail_servers (name, state) VALUES ('m1.example.com', 'disabled')");
  EXPECT_TRUE(is_safe_after(601)) << "its row was replaced";
  database_.exec(
      "UPDATE pools SET ttl = 600; INSERT INTO pool_members (pool, server) VALUES ('q', 'm2.example.com');"
      "REPLACE INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'q');"
      "DELETE FROM pool_members WHERE server = 'm2.example.com' AND pool = 'p'");
  edit([](Connection& connection) { evaluate_pools_once(connection, [] {}); });
  EXPECT_EQ(rows("SELECT pool FROM pool_answers"), Texts{"q"}) << "the name was taken from the other pool";
}

TEST_F(HealthRows, NameWhatIsToBeProbed) {
  edit([](Connection& connection) {
    change_server(connection, "m1.example.com",
                  {{"probe", "tcp"},
                   {"probe_port", 2525},
                   {"probe_interval", 0.5},
                   {"probe_timeout", 3.0},
                   {"probe_rise", 4},
                   {"probe_fall", 5},
                   {"probe_tls", "require"}},
                  {}, false);
  });
  std::vector<ProbeTarget> targets;
  const ProbeSettings defaults{.port = 26};
  edit([&](Connection& connection) { targets = read_probe_targets(connection, defaults); });
  ASSERT_EQ(targets.size(), 3U);
  using std::chrono::milliseconds;
  const ProbeSettings own{.kind = ProbeKind::tcp,
                          .port = 2525,
                          .interval = milliseconds(500),
                          .timeout = milliseconds(3000),
                          .rise = 4,
                          .fall = 5,
                          .tls = ProbeTls::require};
  EXPECT_EQ(targets[0].settings, own) << "a timeout may be longer than the interval";
  EXPECT_EQ(targets[1].family, AddressFamily::ipv6);
  EXPECT_EQ(targets[2].settings, defaults);
  edit([&](Connection& connection) {
    change_server(connection, "m1.example.com", {{"probe", {}}}, {}, false);
    targets = read_probe_targets(connection, defaults);
  });
  EXPECT_EQ(targets[0].settings, defaults);
}

TEST_F(HealthRows, HaveThePortOfTheirKind) {
  database_.exec("UPDATE mail_servers SET probe = 'smtps' WHERE name = 'm1.example.com'");
  const auto ports = [&](const ProbeSettings& defaults) {
    std::vector<ProbeTarget> targets;
    edit([&](Connection& connection) { targets = read_probe_targets(connection, defaults); });
    return std::to_string(targets.at(0).settings.port) + " " + std::to_string(targets.at(2).settings.port);
  };
  EXPECT_EQ(ports({}), "465 25");
  EXPECT_EQ(ports({.port = 2525}), "465 2525");
  EXPECT_EQ(ports({.kind = ProbeKind::smtps, .port = 4465}), "4465 4465") << "both are of the service's kind";
  database_.exec("UPDATE mail_servers SET probe = 'smtp' WHERE name = 'm2.example.com'");
  EXPECT_EQ(ports({.kind = ProbeKind::smtps, .port = 4465}), "4465 25");
  database_.exec("UPDATE mail_servers SET probe_port = 587");
  EXPECT_EQ(ports({.port = 2525}), "587 587");
}

TEST_F(HealthRows, SaySinceWhenAnAddressIsNotProbed) {
  const auto states = [&] {
    return rows("SELECT address || ' ' || coalesce(unprobed_since, '-') FROM mail_addresses ORDER BY address");
  };
  ProbingChanges changes;
  changes.unprobed_since[{"m1.example.com", "::1"}] = 1'700'000'000;
  changes.unprobed_since[{"m9.example.com", "::9"}] = 1'700'000'000;
  changes.episodes[AddressFamily::ipv6] = {true, "m1.example.com ::1: network is unreachable", 1'700'000'000};
  edit([&](Connection& connection) { write_probing(connection, changes); });
  EXPECT_EQ(states(), (Texts{"10.0.0.1 -", "10.0.0.2 -", "::1 1700000000"}));
  EXPECT_EQ(events(), Texts{"IPv6|probes|made|not made|m1.example.com ::1: network is unreachable"});
  EXPECT_EQ(rows("SELECT at FROM events"), Texts{"1700000000"});
  edit([&](Connection& connection) {
    EXPECT_EQ(read_probe_targets(connection, {}).at(1).unprobed_since, 1'700'000'000);
    changes = {};
    changes.unprobed_since[{"m1.example.com", "::1"}] = std::nullopt;
    write_probing(connection, changes);
    EXPECT_EQ(read_probe_targets(connection, {}).at(1).unprobed_since, std::nullopt);
  });
}

}  // namespace
}  // namespace mxbalance::db
