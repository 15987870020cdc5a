#include "backend/listen/listener.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::Peer;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// Lets a test hold a conversation in the midst of a request.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait_for(lock, testing::patience, [&] { return is_open_; });
  }
  void await(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, testing::patience, [&] { return waiting_ >= count; }));
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool is_open_ = false;
};

class ListenerTest : public testing::ListenTest {
 protected:
  /// Every request waits at the gate.
  void start_with_gate() {
    script.http = [this](const HttpRequest& /*request*/) {
      gate.pass();
      return HttpReply{200, "done"};
    };
    script.line = [this](std::string_view /*json*/) {
      gate.pass();
      return std::optional<std::string>("done");
    };
    start();
  }

  Gate gate;
};

TEST_F(ListenerTest, ServesManyConnectionsAtOnce) {
  start();
  std::vector<Peer> peers;
  for (int i = 0; i < 100; ++i) {
    peers.push_back(http_peer());
    peers.push_back(unix_peer());
  }
  for (std::size_t i = 0; i < peers.size(); i += 2) {
    EXPECT_EQ(peers[i].ask(get)->status, 200);
    EXPECT_EQ(peers[i + 1].ask_line("x"), "<x>");
  }
  EXPECT_EQ(listener->connections(), 200U);
  peers.clear();
  EXPECT_TRUE(eventually([&] { return listener->connections() == 0; }));
}

TEST_F(ListenerTest, IdleConnectionsCostNothing) {
  start();
  std::vector<Peer> peers;
  for (int i = 0; i < 100; ++i) {
    peers.push_back(http_peer());
    ASSERT_EQ(peers.back().ask(get)->status, 200);
    peers.push_back(unix_peer());
    ASSERT_TRUE(peers.back().ask_line("x"));
  }
  const auto before = testing::processor_time();
  EXPECT_TRUE(peers.front().is_silent_for(300ms));
  EXPECT_LT(testing::processor_time() - before, 30ms);
}

TEST_F(ListenerTest, ServesABurstOfConnections) {
  start();
  std::vector<std::future<int>> statuses;
  for (int i = 0; i < 64; ++i) {
    statuses.push_back(std::async(std::launch::async, [this] {
      const auto reply = http_peer().ask(get);
      return reply ? reply->status : 0;
    }));
  }
  for (auto& status : statuses)
    EXPECT_EQ(status.get(), 200);
}

TEST_F(ListenerTest, ABurstOfConnectionsWaitsForNoOne) {
  start_with_gate();
  std::vector<Peer> peers;
  for (int i = 0; i < 64; ++i) {
    peers.push_back(http_peer());
    ASSERT_TRUE(peers.back().send(get));
  }
  gate.await(64);
  gate.open();
  for (auto& peer : peers)
    EXPECT_EQ(peer.read_reply()->body, "done");
}

TEST_F(ListenerTest, EachConnectionHasItsOwnConversation) {
  std::atomic<int> made = 0;
  struct Counting final : Conversation {
    explicit Counting(int count) : number(count) {}
    HttpReply http(const HttpRequest& /*request*/) override { return {200, std::to_string(number)}; }
    std::optional<std::string> line(std::string_view /*json*/) override { return std::to_string(number); }
    int number;
  };
  std::vector<Endpoint> endpoints;
  endpoints.push_back(Endpoint::unix_socket(path));
  Listener counting(std::move(endpoints), [&] { return std::make_unique<Counting>(++made); });
  std::set<std::string> numbers;
  std::vector<Peer> peers;
  for (int i = 0; i < 10; ++i) {
    peers.push_back(unix_peer());
    const auto number = peers.back().ask_line("x");
    EXPECT_EQ(peers.back().ask_line("x"), number);
    numbers.insert(number.value_or(""));
  }
  EXPECT_EQ(numbers.size(), 10U);
}

TEST_F(ListenerTest, AFactoryThatFailsClosesTheConnection) {
  std::vector<Endpoint> endpoints;
  endpoints.push_back(Endpoint::unix_socket(path));
  Listener failing(
      std::move(endpoints), []() -> std::unique_ptr<Conversation> { throw std::runtime_error("no store"); }, {},
      log.logger());
  EXPECT_TRUE(unix_peer().is_closed());
  EXPECT_EQ(log.count("warning A connection was closed: no store"), 1U);
}

TEST_F(ListenerTest, RefusesConnectionsOverTheLimit) {
  options.max_connections = 2;
  start();
  std::vector<Peer> peers;
  for (int i = 0; i < 2; ++i) {
    peers.push_back(http_peer());
    ASSERT_EQ(peers.back().ask(get)->status, 200);
  }
  for (int i = 0; i < 20; ++i) {
    auto refused = http_peer();
    const auto reply = refused.ask(get);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 503);
    EXPECT_EQ(reply->body, R"({"error":"The limit of 2 open connections is reached."})");
    EXPECT_TRUE(reply->closes());
    EXPECT_TRUE(refused.is_closed());
  }
  const std::string line = "warning A connection was refused: the limit of 2 open connections is reached on ";
  EXPECT_EQ(log.count(line + "127.0.0.1:"), 1U);
  EXPECT_EQ(peers[0].ask(get)->status, 200) << "the others go on";

  peers.pop_back();
  ASSERT_TRUE(eventually([&] { return listener->connections() == 1; }));
  peers.push_back(http_peer());
  EXPECT_EQ(peers.back().ask(get)->status, 200);
  EXPECT_EQ(http_peer().ask(get)->status, 503);
  EXPECT_EQ(log.count(line + "127.0.0.1:"), 2U) << "a new episode";
}

TEST_F(ListenerTest, WhoFillsOneEndpointStarvesNoOther) {
  options.max_connections = 3;
  start();
  std::vector<Peer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(http_peer());
    ASSERT_EQ(peers.back().ask(get)->status, 200);
  }
  std::vector<Peer> silent;
  for (int i = 0; i < 40; ++i)
    silent.push_back(http_peer());
  for (int i = 0; i < 3; ++i) {
    peers.push_back(unix_peer());
    EXPECT_EQ(peers.back().ask_line("x"), "<x>");
  }
  EXPECT_FALSE(unix_peer().ask_line("x")) << "its own limit";
  EXPECT_EQ(log.count("reached on " + path), 1U);
}

TEST_F(ListenerTest, LimitsChangeForConnectionsThatAreOpen) {
  start();
  auto peer = unix_peer();
  ASSERT_EQ(peer.ask_line("0123456789"), "<0123456789>");
  Limits limits;
  limits.max_body = 9;
  listener->change(limits, 1, {});
  EXPECT_EQ(peer.ask_line("012345678"), "<012345678>");
  EXPECT_FALSE(unix_peer().ask_line("x"));
  EXPECT_FALSE(peer.ask_line("0123456789"));
}

TEST_F(ListenerTest, AFileThatWasRemovedIsMadeAgain) {
  start();
  auto before = unix_peer();
  ASSERT_TRUE(before.ask_line("x"));
  std::filesystem::permissions(path, std::filesystem::perms(0606));
  ASSERT_TRUE(before.is_silent_for(700ms)) << "until it was seen so";
  std::filesystem::remove(path);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(path); }));
  EXPECT_TRUE(eventually([&] { return log.count("was removed; it is made again, with mode 0606.") == 1; }));
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0606));
  EXPECT_EQ(unix_peer().ask_line("y"), "<y>");
  EXPECT_EQ(before.ask_line("z"), "<z>");
  listener->stop(testing::patience);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ListenerTest, WhatTookThePlaceOfItsFileIsLeftAlone) {
  start();
  std::ofstream(path + ".mine") << "mine";
  std::filesystem::rename(path + ".mine", path);
  ASSERT_TRUE(eventually([&] { return log.count("another file has taken the place of its socket") == 1; }));
  std::string text;
  std::ifstream(path) >> text;
  EXPECT_EQ(text, "mine");
  std::filesystem::remove(path);
  EXPECT_TRUE(eventually([&] { return log.count("is made again, with mode 0660") == 1; }));
  const auto another = Endpoint::unix_socket(path + ".another");
  std::filesystem::rename(path + ".another", path);
  EXPECT_TRUE(eventually([&] { return log.count("another file has taken the place of its socket") == 2; }));
  listener->stop(testing::patience);
  EXPECT_TRUE(std::filesystem::exists(path)) << "the other one's";
}

TEST_F(ListenerTest, OutlivesAShortageOfDescriptors) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "to check the type of an object, the undefined behaviour sanitizer opens a pipe now and then";
#endif
  start();
  auto waiting = Peer(AF_INET);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next_free = ::dup(waiting.number());
  ::close(next_free);
  rlimit none_left = before;
  none_left.rlim_cur = static_cast<rlim_t>(next_free);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  waiting.connect_tcp(port);
  const bool is_logged = eventually([&] { return log.count("Too many open files") == 1; });
  const auto used_before = testing::processor_time();
  const bool is_silent = waiting.is_silent_for(250ms);
  const auto used = testing::processor_time() - used_before;
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(is_logged);
  EXPECT_TRUE(is_silent);
  EXPECT_LT(used, 30ms) << "it waits and does not spin";
  EXPECT_EQ(waiting.ask(get)->status, 200);
  EXPECT_EQ(log.count("warning No connection can be accepted on 127.0.0.1:"), 1U) << "once an episode";
}

TEST_F(ListenerTest, StopsWithIdleConnections) {
  start();
  std::vector<Peer> peers;
  for (int i = 0; i < 20; ++i) {
    peers.push_back(http_peer());
    ASSERT_EQ(peers.back().ask(get)->status, 200);
    peers.push_back(unix_peer());
    ASSERT_TRUE(peers.back().ask_line("x"));
  }
  const auto begun = std::chrono::steady_clock::now();
  listener->stop(testing::patience);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, testing::patience);
  EXPECT_EQ(listener->connections(), 0U);
  for (auto& peer : peers)
    EXPECT_TRUE(peer.is_closed());
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_THROW(http_peer(), std::system_error);
  listener->stop(testing::patience);
}

TEST_F(ListenerTest, StopLetsRequestsInFlightEnd) {
  start_with_gate();
  auto http = http_peer();
  auto unix_socket = unix_peer();
  ASSERT_TRUE(http.send(get));
  ASSERT_TRUE(unix_socket.send("x\n"));
  gate.await(2);
  auto stopping = std::async(std::launch::async, [&] { listener->stop(testing::patience); });
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(path); })) << "no new connections";
  EXPECT_EQ(stopping.wait_for(20ms), std::future_status::timeout);
  gate.open();
  const auto reply = http.read_reply();
  EXPECT_EQ(reply->body, "done");
  EXPECT_TRUE(reply->closes());
  EXPECT_EQ(unix_socket.read_until("\n"), "done");
  stopping.get();
  EXPECT_TRUE(http.is_closed());
  EXPECT_TRUE(unix_socket.is_closed());
}

TEST_F(ListenerTest, StopLetsAHalfReceivedRequestEnd) {
  start();
  auto peer = http_peer();
  ASSERT_EQ(peer.ask(get)->status, 200);
  auto late = unix_peer();
  ASSERT_TRUE(late.ask_line("x"));
  ASSERT_TRUE(peer.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  ASSERT_TRUE(peer.read_until("\r\n\r\n"));
  auto stopping = std::async(std::launch::async, [&] { listener->stop(testing::patience); });
  EXPECT_TRUE(late.is_closed());
  ASSERT_TRUE(peer.send("abc"));
  EXPECT_EQ(peer.read_reply()->body, "POST|/|||abc|");
  stopping.get();
}

TEST_F(ListenerTest, AfterTheGraceSocketsAreShutDown) {
  options.limits.request_time = std::chrono::minutes(10);
  start();
  auto half = http_peer();
  ASSERT_TRUE(half.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  ASSERT_TRUE(half.read_until("\r\n\r\n"));
  listener->stop(30ms);
  EXPECT_EQ(listener->connections(), 0U);
}

TEST_F(ListenerTest, AfterTheGraceAReplyThatNobodyReadsIsCut) {
  options.limits.request_time = std::chrono::minutes(10);
  gate.open();
  script.line = [this](std::string_view /*json*/) {
    gate.pass();
    return std::optional(std::string(std::size_t{16} << 20U, 'r'));
  };
  start();
  auto peer = unix_peer();
  ASSERT_TRUE(peer.send("x\n"));
  gate.await(1);
  listener->stop(30ms);
  EXPECT_EQ(listener->connections(), 0U);
}

TEST_F(ListenerTest, MayBeStoppedByManyAtOnce) {
  start();
  std::vector<Peer> peers;
  for (int i = 0; i < 10; ++i)
    peers.push_back(http_peer());
  std::vector<std::future<void>> stopping;
  for (int i = 0; i < 4; ++i) {
    stopping.push_back(std::async(std::launch::async, [&] { listener->stop(testing::patience); }));
  }
  for (auto& each : stopping)
    each.get();
  EXPECT_EQ(listener->connections(), 0U);
}

TEST_F(ListenerTest, StopsUnderLoad) {
  start();
  std::atomic<bool> is_over = false;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      while (!is_over) {
        try {
          auto peer = i % 2 == 0 ? http_peer() : unix_peer();
          while (i % 2 == 0 ? peer.ask(get).has_value() : peer.ask_line("x").has_value()) {
          }
        } catch (const std::system_error&) {
          std::this_thread::yield();
        }
      }
    });
  }
  ASSERT_TRUE(eventually([&] { return listener->connections() >= 8; }));
  listener->stop(testing::patience);
  EXPECT_EQ(listener->connections(), 0U);
  is_over = true;
  for (auto& client : clients)
    client.join();
}

TEST_F(ListenerTest, StartsAndStopsWithNoConnection) {
  for (int i = 0; i < 20; ++i) {
    start();
    listener.reset();
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace mxbalance::listen
