#include <atomic>
#include <future>
#include <vector>

#include <gtest/gtest.h>

#include "backend/listen/listener.h"
#include "backend/listen/ping.h"
#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::Peer;

constexpr std::string_view any_request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

using ListenerPing = testing::ListenTest;

TEST_F(ListenerPing, IsAnsweredOverTheLimit) {
  options.max_connections = 1;
  script.http = [](const HttpRequest& /*request*/) { return HttpReply{200, R"({"result":[]})"}; };
  script.line = [](std::string_view /*json*/) { return std::optional<std::string>(R"({"result":"it is me"})"); };
  start();
  auto http = http_peer();
  ASSERT_EQ(http.ask(any_request)->status, 200);
  auto lines = unix_peer();
  ASSERT_TRUE(lines.ask_line("x"));
  std::vector<Peer> silent;
  for (int i = 0; i < 40; ++i) {
    silent.push_back(http_peer());
    silent.push_back(unix_peer());
  }
  EXPECT_EQ(ping_http({"127.0.0.1", port}, 4s).problem, "");
  const auto pong = ping_unix(path, 4s);
  EXPECT_EQ(pong.problem, "");
  EXPECT_EQ(pong.probing, "it is me");
  EXPECT_FALSE(unix_peer().ask_line("x"));
  EXPECT_TRUE(eventually([&] { return listener->connections() == 2; })) << "silent ones end soon";
  EXPECT_TRUE(http.ask(any_request)) << "none of those that were served makes way";
  EXPECT_TRUE(lines.ask_line("x"));
}

TEST_F(ListenerPing, HasWayMadeOnItsOwnEndpoint) {
  const std::string question =
      R"({"method":"lookup","parameters":{"qtype":"SOA","qname":"ping.invalid.","zone-id":-1}})";
  options.max_connections = 1;
  std::atomic<int> waiting = 0;
  std::promise<void> open;
  const auto wait = [&waiting, opened = open.get_future().share()] {
    ++waiting;
    opened.wait_for(testing::patience);
    return std::string("done");
  };
  script.http = [wait](const HttpRequest& /*request*/) { return HttpReply{200, wait()}; };
  script.line = [wait](std::string_view /*json*/) { return std::optional(wait()); };
  start();
  const auto served = http_peer();
  auto http = http_peer();
  ASSERT_TRUE(http.send("POST /dns HTTP/1.1\r\nContent-Length: " + std::to_string(question.size()) + "\r\n\r\n" +
                        question));
  EXPECT_TRUE(eventually([&] { return waiting == 1; }));
  std::vector<Peer> silent;
  for (std::size_t i = 0; i < 1 + connections_for_ping; ++i)
    silent.push_back(unix_peer());
  auto lines = unix_peer();
  ASSERT_TRUE(lines.send(question + "\n"));
  EXPECT_TRUE(eventually([&] { return waiting == 2; }));
  open.set_value();
  EXPECT_EQ(lines.read_until("\n"), "done");
  EXPECT_TRUE(http.read_reply()) << "it was asking on the other one";
}

}  // namespace
}  // namespace mxbalance::listen
