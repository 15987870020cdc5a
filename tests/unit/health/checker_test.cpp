// The checker with real threads, sockets and a store: it goes on after a failure, and stops.
#include "backend/health/checker.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "db/edits/probing_lease.h"
#include "tests/unit/health/checking.h"

namespace mxbalance::health {
namespace {

using std::chrono::milliseconds;
using testing::Checking;
using testing::Connections;
using testing::eventually;
using testing::Listening;

TEST_F(Checking, GoesOnAfterAnException) {
  const Listening listening;
  std::atomic<int> asked = 0;
  {
    const Checker checker(database_, reports_, log_,
                          {.settings = {.defaults = settings(listening.port()), .identity = {}}, .now = [&asked] {
                             if (++asked == 3) throw std::runtime_error("the clock has stopped");
                             return std::chrono::steady_clock::now();
                           }});
    EXPECT_TRUE(eventually([&] { return health() == "up"; }));
  }
  EXPECT_TRUE(has_logged("the health checker has failed, and goes on in a second: the clock has stopped"));
}

TEST_F(Checking, IsInEffectAtOnceAndWrittenLater) {
  std::uint16_t free_port = 0;
  {
    const Listening listening;
    free_port = listening.port();
  }
  SQLite::Database writer(file_.path(), SQLite::OPEN_READWRITE);
  writer.exec("BEGIN IMMEDIATE");
  const Checker checker(database_, reports_, log_,
                        {.settings = {.defaults = settings(free_port), .identity = {}}});
  EXPECT_TRUE(eventually([&] { return health_in_effect() == "down"; }));
  EXPECT_EQ(health(), "unknown");
  writer.exec("COMMIT");
  EXPECT_TRUE(eventually([&] { return health() == "down"; }));
  EXPECT_TRUE(eventually([&] { return reports_.current() == nullptr; })) << "nothing is left to write";
  writer.exec("BEGIN IMMEDIATE");
  const Listening listening(free_port);
  EXPECT_TRUE(eventually([&] { return health_in_effect() == "up"; }));
  EXPECT_TRUE(found() && found()->was_down) << "it starts slowly at once";
  writer.exec("COMMIT");
  EXPECT_TRUE(eventually([&] { return health() == "up"; }));
  EXPECT_EQ(read("SELECT reason FROM mail_addresses"), "2 probes in a row passed");
}

TEST_F(Checking, TakesUpWhatIsEdited) {
  const Listening listening;
  const Checker checker(database_, reports_, log_,
                        {.settings = {.defaults = settings(listening.port()), .identity = {}}});
  EXPECT_TRUE(eventually([&] { return health() == "up"; }));
  file_.exec("UPDATE mail_addresses SET health = 'down'");
  EXPECT_TRUE(eventually([&] { return health() == "up"; })) << "probes say otherwise";
  file_.exec("UPDATE mail_servers SET probe = 'none'");
  EXPECT_TRUE(eventually([&] { return health() == "unknown"; })) << "nobody looks any more";
  file_.exec("UPDATE mail_addresses SET health = 'down'");
  EXPECT_TRUE(await_reading_and_writing());
  EXPECT_EQ(health(), "down") << "what scripts write of a server that is not probed is theirs";
}

TEST_F(Checking, LeavesTheLeaseToOthersWhereNothingIsProbed) {
  file_.exec("UPDATE mail_addresses SET health = 'down', probed = 1, unprobed_since = 1000");
  db::ProbingLease lease(file_.path(), milliseconds(300));
  db::ProbingLease other(file_.path());
  EXPECT_EQ(other.renew(), db::ProbingLease::Holder::this_one);
  const Checker checker(
      database_, reports_, log_,
      {.settings = {.defaults = {.kind = db::ProbeKind::none}, .identity = {}}, .lease = &lease});
  EXPECT_TRUE(eventually([&] { return lease.in_words().starts_with("another service on this database probes"); }));
  std::this_thread::sleep_for(milliseconds(500));
  const auto is_as_found = [&] {
    bool is_so = false;
    database_.read([&](db::Connection& connection) {
      is_so =
          db::exists(connection, "SELECT 1 FROM mail_addresses WHERE health = 'down' AND unprobed_since = 1000");
    });
    return is_so;
  };
  EXPECT_TRUE(is_as_found()) << "it is the other one's";
  other.release();
  EXPECT_TRUE(eventually([&] { return health() == "unknown"; })) << "nobody looks any more";
  EXPECT_TRUE(eventually([&] { return lease.in_words().starts_with("this service has nothing to probe"); }));
  EXPECT_EQ(other.renew(), db::ProbingLease::Holder::this_one);
}

TEST_F(Checking, DropsWhatItHasFoundWhenAnotherOneProbes) {
  std::uint16_t free_port = 0;
  {
    const Listening listening;
    free_port = listening.port();
  }
  db::ProbingLease lease(file_.path());
  const Checker checker(database_, reports_, log_,
                        {.settings = {.defaults = settings(free_port), .identity = {}}, .lease = &lease});
  EXPECT_TRUE(eventually([&] { return health() == "down"; }));
  SQLite::Database writer(file_.path(), SQLite::OPEN_READWRITE);
  writer.exec("BEGIN IMMEDIATE; UPDATE mail_addresses SET reason = 'the other one says so'");
  const Listening listening(free_port);
  EXPECT_TRUE(eventually([&] { return reports_.current() != nullptr; }));
  std::filesystem::remove(file_.path() + ".prober");
  db::ProbingLease other(file_.path());
  ASSERT_EQ(other.renew(), db::ProbingLease::Holder::this_one);
  writer.exec("COMMIT");
  EXPECT_TRUE(eventually([&] { return reports_.current() == nullptr; }));
  EXPECT_TRUE(eventually([&] { return lease.in_words().starts_with("another service"); }));
  EXPECT_EQ(read("SELECT reason FROM mail_addresses"), "the other one says so");
}

/// Each in turn leaves its place to another one, or keeps it after its verdict, until its server closes.
TEST_F(Checking, MakesAsManyProbesAtOnceAsAreAllowedAndNeverMore) {
  const Listening listening;
  Connections connections(listening);
  std::atomic<unsigned> rounds = 0;
  Checker::Settings wanted{.defaults = settings(listening.port()), .identity = {}, .most_probes = 5};
  wanted.defaults.kind = db::ProbeKind::smtp;
  wanted.defaults.timeout = std::chrono::hours(1);
  wanted.defaults.fall = 100;
  Checker checker(database_, reports_, log_, {.settings = wanted, .now = [&rounds] {
                                                ++rounds;
                                                return std::chrono::steady_clock::now();
                                              }});
  for (int ended = 0; ended < 8; ++ended) {
    ASSERT_TRUE(eventually([&] { return connections.count() == wanted.most_probes; })) << connections.count();
    ended % 2 == 0 ? connections.close_first() : connections.refuse_last();
    const unsigned later = rounds + 5;
    EXPECT_TRUE(eventually([&] { return connections.count() > 0 && rounds >= later; }));
    EXPECT_EQ(connections.most(), wanted.most_probes);
  }
  wanted.most_probes = 7;
  checker.change(wanted);
  EXPECT_TRUE(eventually([&] { return connections.count() == wanted.most_probes; })) << connections.count();
}

/// As many probes of it are under way as it takes to find it down, and another one is due before one of them ends.
TEST_F(Checking, GoesOnWithAnAddressWhoseProbesHaveAllBeenUnderWay) {
  const Listening listening;
  Connections connections(listening);
  Checker::Settings wanted{.defaults = settings(listening.port()), .identity = {}};
  wanted.defaults.kind = db::ProbeKind::smtp;
  wanted.defaults.timeout = std::chrono::hours(1);
  wanted.defaults.fall = 3;
  std::atomic<unsigned> rounds = 0;
  const Checker checker(database_, reports_, log_, {.settings = wanted, .now = [&rounds] {
                                                      ++rounds;
                                                      return std::chrono::steady_clock::now();
                                                    }});
  const auto become = [&](std::size_t count) {
    if (!eventually([&] { return connections.count() == count; })) return false;
    const auto due = std::chrono::steady_clock::now() + 2 * wanted.defaults.interval;
    if (!eventually([&] { return std::chrono::steady_clock::now() > due; })) return false;
    const unsigned later = rounds + 5;
    return eventually([&] { return rounds >= later; }) && connections.count() == count;
  };
  for (unsigned ended = 0; ended < wanted.defaults.fall; ++ended) {
    ASSERT_TRUE(become(wanted.defaults.fall)) << connections.count();
    connections.close_first();
  }
  EXPECT_TRUE(eventually([&] { return health() == "down"; }));
  while (connections.count() > 0)
    connections.close_first();
  EXPECT_TRUE(become(1)) << "what is down is not hurried: " << connections.count();
}

TEST_F(Checking, WritesWhatItFoundLastBeforeItEnds) {
  auto listening = std::make_optional<Listening>();
  const Checker::Settings wanted{.defaults = settings(listening->port()), .identity = {}};
  auto checker = std::make_optional<Checker>(database_, reports_, log_, Checker::Options{.settings = wanted});
  EXPECT_TRUE(eventually([&] { return health() == "up"; }));
  SQLite::Database writer(file_.path(), SQLite::OPEN_READWRITE);
  writer.exec("BEGIN IMMEDIATE");
  listening.reset();
  EXPECT_TRUE(eventually([&] { return health_in_effect() == "down"; })) << "which begins to be written";
  listening.emplace(wanted.defaults.port);
  EXPECT_TRUE(eventually([&] { return health_in_effect() == "up"; })) << "which is to be written after that";
  const auto threads = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}); };
  const auto before = threads();
  std::thread ending([&] { checker.reset(); });
  EXPECT_TRUE(eventually([&] { return threads() <= before; })) << "the one that probes ends first";
  writer.exec("COMMIT");
  ending.join();
  if (has_logged("cannot be written yet")) GTEST_SKIP() << "this machine is too busy: it was locked for too long";
  EXPECT_EQ(health(), "up");
  EXPECT_EQ(reports_.current(), nullptr) << "nothing is left to write";
}

}  // namespace
}  // namespace mxbalance::health
