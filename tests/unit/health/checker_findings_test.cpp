// What the checker reads, finds and writes, in any order: nothing is undone by what is older.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "db/edits/probing_lease.h"
#include "tests/unit/health/checking.h"

namespace mxbalance::health {
namespace {

using testing::Checking;
using testing::Connections;
using testing::eventually;
using testing::Listening;

TEST_F(Checking, ObeysSettingsThatAreEdited) {
  const Listening listening;
  const Listening other;
  const Checker checker(database_, reports_, log_,
                        {.settings = {.defaults = settings(listening.port()), .identity = {}}});
  EXPECT_TRUE(listening.await(1));
  file_.exec("UPDATE mail_servers SET probe_port = " + std::to_string(other.port()));
  EXPECT_TRUE(other.await(3));
  listening.end_all();
  EXPECT_TRUE(other.await(3));
  EXPECT_FALSE(listening.end_one());
}

TEST_F(Checking, LeavesAloneWhatIsRemoved) {
  const Listening listening;
  const Listening other;
  const Checker checker(database_, reports_, log_,
                        {.settings = {.defaults = settings(listening.port()), .identity = {}}});
  EXPECT_TRUE(listening.await(1));
  file_.exec("BEGIN; INSERT INTO mail_servers (name, probe_port) VALUES ('m2.example.com', " +
             std::to_string(other.port()) + "); UPDATE mail_addresses SET server = 'm2.example.com'; COMMIT");
  EXPECT_TRUE(other.await(3));
  listening.end_all();
  EXPECT_TRUE(other.await(3));
  EXPECT_FALSE(listening.end_one());
}

TEST_F(Checking, LeavesTheHealthOfWhatCannotBeProbedFromHere) {
  const Listening listening;
  Checker::Settings wanted{.defaults = settings(listening.port()), .identity = {}};
  wanted.identity.source_ipv4 = "192.0.2.1";  // no address of this machine
  const Checker checker(database_, reports_, log_, {.settings = wanted});
  EXPECT_TRUE(eventually([&] { return read("SELECT unprobed_since IS NOT NULL FROM mail_addresses") == "1"; }));
  EXPECT_EQ(health(), "unknown");
  EXPECT_EQ(health_in_effect(), "");
}

/// What was read then says less than what was found since.
TEST_F(Checking, KeepsWhatItHasFoundSinceTheStoreWasRead) {
  const Listening listening;
  Checker::Settings wanted{.defaults = settings(listening.port()), .identity = {}};
  wanted.defaults.timeout = std::chrono::hours(1);
  wanted.defaults.rise = 1;
  std::atomic<bool> is_probed = false;
  std::atomic<bool> goes_on = false;
  {
    const Checker checker(database_, reports_, log_, {.settings = wanted, .now = [&] {
                                                        if (!is_probed && listening.end_one()) {
                                                          is_probed = true;
                                                          EXPECT_TRUE(eventually([&] { return goes_on.load(); }));
                                                        }
                                                        return std::chrono::steady_clock::now();
                                                      }});
    EXPECT_TRUE(eventually([&] { return is_probed.load(); }));
    EXPECT_TRUE(await_reading_and_writing());
    goes_on = true;
    EXPECT_TRUE(listening.await(5));
    EXPECT_TRUE(eventually([&] { return health() == "up"; }));
  }
  EXPECT_TRUE(has_logged_once("m1.example.com 127.0.0.1 is up")) << text_.str();
}

TEST_F(Checking, KeepsWhatItHasFoundWhileItCannotBeWritten) {
  const Listening listening;
  Checker::Settings wanted{.defaults = settings(listening.port()), .identity = {}};
  wanted.defaults.timeout = std::chrono::hours(1);
  SQLite::Database writer(file_.path(), SQLite::OPEN_READWRITE);
  writer.exec("UPDATE mail_servers SET health = 'down', health_until = 1000; BEGIN IMMEDIATE");
  {
    const Checker checker(database_, reports_, log_, {.settings = wanted});
    EXPECT_TRUE(eventually([&] { return health_in_effect() == "up"; }));
    const auto reads = [&] { return reports_.snapshot()->sequence(); };  // each finds it expired
    const auto before = reads();
    EXPECT_TRUE(eventually([&] { return reads() >= before + 2; }));
    EXPECT_EQ(health(), "unknown");
    listening.end_all();
    EXPECT_TRUE(listening.await(5));
    writer.exec("COMMIT");
    EXPECT_TRUE(eventually([&] { return health() == "up"; }));
  }
  EXPECT_TRUE(has_logged_once("m1.example.com 127.0.0.1 is up")) << text_.str();
}

/// The probe is under way when another service begins to probe.
TEST_F(Checking, DropsWhatItFindsAfterAnotherOneProbes) {
  const Listening listening;
  Connections connections(listening);
  Checker::Settings wanted{.defaults = settings(listening.port()), .identity = {}};
  wanted.defaults.kind = db::ProbeKind::smtp;
  wanted.defaults.timeout = std::chrono::hours(1);
  wanted.defaults.fall = 1;
  db::ProbingLease lease(file_.path());
  std::atomic<bool> is_to_wait = false;
  std::atomic<bool> waits = false;
  const Checker checker(database_, reports_, log_, {.settings = wanted, .lease = &lease, .now = [&] {
                                                      waits = is_to_wait.load();
                                                      EXPECT_TRUE(eventually([&] { return !is_to_wait; }));
                                                      return std::chrono::steady_clock::now();
                                                    }});
  EXPECT_TRUE(eventually([&] { return connections.count() == 1; }));
  is_to_wait = true;
  EXPECT_TRUE(eventually([&] { return waits.load(); }));
  std::filesystem::remove(file_.path() + ".prober");
  db::ProbingLease other(file_.path());
  ASSERT_EQ(other.renew(), db::ProbingLease::Holder::this_one);
  EXPECT_TRUE(eventually([&] { return lease.in_words().starts_with("another service"); }));
  EXPECT_TRUE(await_reading_and_writing());
  connections.refuse_last();
  is_to_wait = false;
  EXPECT_TRUE(eventually([&] { return !waits; }));
  connections.close_first();
  EXPECT_TRUE(await_reading_and_writing());
  EXPECT_EQ(health(), "unknown");
}

}  // namespace
}  // namespace mxbalance::health
