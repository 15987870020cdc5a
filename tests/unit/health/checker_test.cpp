// The checker with real threads, sockets and a store: it goes on after a failure, and stops.
#include "backend/health/checker.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/edits/probing_lease.h"
#include "db/lookup/pools.h"
#include "db/store/bound_statement.h"
#include "tests/unit/db/temporary_database.h"
#include "tests/unit/health/eventually.h"

namespace mxbalance::health {
namespace {

using std::chrono::milliseconds;
using testing::eventually;

/// A socket that listens on the loopback address, and is connected to by the kernel alone.
class Listening {
 public:
  /// `port` 0: any.
  explicit Listening(std::uint16_t port = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int again = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 4096), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listening() { ::close(socket_); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  std::uint16_t port() const { return port_; }

  /// A connection that waits to be taken; -1: none does.
  int take() const { return ::accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

/// The connections of a server that says nothing by itself.
class Connections {
 public:
  explicit Connections(const Listening& listening) : listening_(listening) {}
  ~Connections() {
    while (!open_.empty())
      close_first();
  }
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// How many are open. Those that have ended are looked for last: they make room for others.
  std::size_t count() {
    for (int one = listening_.take(); one >= 0; one = listening_.take())
      open_.push_back(one);
    std::erase_if(open_, [](int one) { return has_ended(one) && ::close(one) == 0; });
    most_ = std::max(most_, open_.size());
    return open_.size();
  }

  void close_first() {
    ::close(open_.front());
    open_.erase(open_.begin());
  }

  /// Says so to the one that was opened last, and leaves it open.
  void refuse_last() const { EXPECT_GT(::send(open_.back(), "554 no\r\n", 8, MSG_NOSIGNAL), 0); }

  /// The largest count so far.
  std::size_t most() const { return most_; }

 private:
  static bool has_ended(int connection) {
    std::array<char, 64> heard{};
    ssize_t size = 0;
    while ((size = ::recv(connection, heard.data(), heard.size(), 0)) > 0) {
    }
    return size == 0 || errno != EAGAIN;
  }

  const Listening& listening_;
  std::vector<int> open_;
  std::size_t most_ = 0;
};

class Checking : public ::testing::Test {
 protected:
  Checking() {
    file_.exec(
        "INSERT INTO mail_servers (name) VALUES ('m1.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('m1.example.com', '127.0.0.1')");
  }

  static db::ProbeSettings settings(std::uint16_t port) {
    return {.kind = db::ProbeKind::tcp, .port = port, .interval = milliseconds(10), .timeout = milliseconds(10)};
  }

  /// As it is written.
  std::string health() {
    std::string health;
    database_.read([&](db::Connection& connection) {
      health = db::texts(connection, "SELECT health FROM mail_addresses").front();
    });
    return health;
  }

  /// What was found and is not yet written; "": nothing.
  std::string health_in_effect() {
    const auto found = reports_.current();
    return found ? std::string(db::word_of(found->reports().begin()->second->health)) : "";
  }

  bool has_logged(const std::string& text) {
    log_->flush();
    return text_.str().find(text) != std::string::npos;
  }

  db::testing::TemporaryDatabase file_;
  db::Database database_{{.path = file_.path()}};
  db::HealthReports reports_;
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_, true));
};

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
  file_.exec("UPDATE mail_servers SET health = 'down', health_until = 1000");
  const auto expired = [&] {
    bool is_unknown = false;
    database_.read([&](db::Connection& connection) {
      is_unknown = db::exists(connection, "SELECT 1 FROM mail_servers WHERE health = 'unknown'");
    });
    return is_unknown;
  };
  EXPECT_TRUE(eventually(expired));
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
  std::string reason;
  database_.read([&](db::Connection& connection) {
    reason = db::texts(connection, "SELECT reason FROM mail_addresses").front();
  });
  EXPECT_EQ(reason, "the other one says so");
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
