// The checker with real threads, sockets and a store: it goes on after a failure, and stops.
#include "backend/health/checker.h"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/bound_statement.h"
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
  Listening() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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

}  // namespace
}  // namespace mxbalance::health
