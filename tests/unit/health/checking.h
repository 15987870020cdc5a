// The checker in this process, with servers that it probes.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/health/checker.h"
#include "db/lookup/health_reports.h"
#include "db/lookup/pools.h"
#include "db/store/bound_statement.h"
#include "db/store/database.h"
#include "tests/unit/db/temporary_database.h"
#include "tests/unit/health/eventually.h"

namespace mxbalance::health::testing {

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

  /// Whether one waited, which is ended.
  bool end_one() const {
    const int one = take();
    return one >= 0 && ::close(one) == 0;
  }
  void end_all() const {
    while (end_one()) {
    }
  }
  /// So many are waited for, one after the other.
  bool await(int connections) const {
    for (; connections > 0; --connections)
      if (!eventually([&] { return end_one(); })) return false;
    return true;
  }

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
    return {.kind = db::ProbeKind::tcp,
            .port = port,
            .interval = std::chrono::milliseconds(10),
            .timeout = std::chrono::milliseconds(10)};
  }

  /// As it is written.
  std::string health() { return read("SELECT health FROM mail_addresses"); }

  /// What was found of the address and is not yet written; null: nothing.
  std::shared_ptr<const db::HealthReport> found() {
    const auto snapshot = reports_.snapshot();
    const auto one = snapshot->reports().find(db::HealthSnapshot::Key{"m1.example.com", "127.0.0.1"});
    return one == snapshot->reports().end() ? nullptr : one->second;
  }

  /// Its health; "": nothing.
  std::string health_in_effect() {
    const auto report = found();
    return report ? std::string(db::word_of(report->health)) : "";
  }

  /// The store is read once more, and what there is to write is written.
  bool await_reading_and_writing() {
    file_.exec("UPDATE mail_servers SET health = 'down', health_until = 1000");  // which has expired
    return eventually([&] { return read("SELECT health FROM mail_servers") == "unknown"; });
  }

  bool has_logged(const std::string& text) {
    log_->flush();
    return text_.str().find(text) != std::string::npos;
  }

  bool has_logged_once(const std::string& text) {
    return has_logged(text) && text_.str().find(text) == text_.str().rfind(text);
  }

  std::string read(const char* sql) {
    std::string first;
    database_.read([&](db::Connection& connection) { first = db::texts(connection, sql).front(); });
    return first;
  }

  db::testing::TemporaryDatabase file_;
  db::Database database_{{.path = file_.path()}};
  db::HealthReports reports_;
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_, true));
};

}  // namespace mxbalance::health::testing
