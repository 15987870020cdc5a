// The checker with real threads, sockets and a store: it goes on after a failure, and stops.
#include "backend/health/checker.h"

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/bound_statement.h"
#include "db/probing_lease.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::health {
namespace {

using std::chrono::milliseconds;

/// Waits for a condition that other threads bring about.
bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

/// A socket that listens on the loopback address, and is connected to by the kernel alone.
class Listening {
 public:
  /// `port` 0: any.
  explicit Listening(std::uint16_t port = 0) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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

 private:
  int socket_;
  std::uint16_t port_ = 0;
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

  std::string health() {
    std::string health;
    database_.read([&](db::Connection& connection) {
      health = db::texts(connection, "SELECT health FROM mail_addresses").front();
    });
    return health;
  }

  bool has_logged(const std::string& text) {
    log_->flush();
    return text_.str().find(text) != std::string::npos;
  }

  db::testing::TemporaryDatabase file_;
  db::Database database_{{.path = file_.path()}};
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_, true));
};

TEST_F(Checking, GoesOnAfterAnException) {
  const Listening listening;
  std::atomic<int> asked = 0;
  {
    const Checker checker(database_, log_,
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
  const Checker checker(database_, log_, {.settings = {.defaults = settings(free_port), .identity = {}}});
  EXPECT_TRUE(eventually([&] { return health() == "down"; }));
  EXPECT_TRUE(eventually([&] { return database_.health_reports().current() == nullptr; }))
      << "nothing is left to write";
}

TEST_F(Checking, TakesUpWhatIsEdited) {
  const Listening listening;
  const Checker checker(database_, log_, {.settings = {.defaults = settings(listening.port()), .identity = {}}});
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
      database_, log_, {.settings = {.defaults = {.kind = db::ProbeKind::none}, .identity = {}}, .lease = &lease});
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
  const Checker checker(database_, log_,
                        {.settings = {.defaults = settings(free_port), .identity = {}}, .lease = &lease});
  EXPECT_TRUE(eventually([&] { return health() == "down"; }));
  SQLite::Database writer(file_.path(), SQLite::OPEN_READWRITE);
  writer.exec("BEGIN IMMEDIATE; UPDATE mail_addresses SET reason = 'the other one says so'");
  const Listening listening(free_port);
  EXPECT_TRUE(eventually([&] { return database_.health_reports().current() != nullptr; }));
  std::filesystem::remove(file_.path() + ".prober");
  db::ProbingLease other(file_.path());
  ASSERT_EQ(other.renew(), db::ProbingLease::Holder::this_one);
  writer.exec("COMMIT");
  EXPECT_TRUE(eventually([&] { return database_.health_reports().current() == nullptr; }));
  EXPECT_TRUE(eventually([&] { return lease.in_words().starts_with("another service"); }));
  std::string reason;
  database_.read([&](db::Connection& connection) {
    reason = db::texts(connection, "SELECT reason FROM mail_addresses").front();
  });
  EXPECT_EQ(reason, "the other one says so");
}

}  // namespace
}  // namespace mxbalance::health
