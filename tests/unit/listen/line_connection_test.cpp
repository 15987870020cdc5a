#include "backend/listen/line_connection.h"

#include <atomic>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::chrono_literals;

using LineConnectionTest = testing::ListenTest;

TEST_F(LineConnectionTest, AnswersLinesInOrder) {
  start();
  auto peer = unix_peer();
  EXPECT_EQ(peer.ask_line(R"({"method":"initialize"})"), R"(<{"method":"initialize"}>)");
  ASSERT_TRUE(peer.send("one\ntwo\n\nfour\nfi"));
  EXPECT_EQ(peer.read_until("\n"), "<one>");
  EXPECT_EQ(peer.read_until("\n"), "<two>");
  EXPECT_EQ(peer.read_until("\n"), "<>");
  EXPECT_EQ(peer.read_until("\n"), "<four>");
  EXPECT_TRUE(peer.is_silent_for(5ms)) << "the fifth has not ended";
  ASSERT_TRUE(peer.send("ve\n"));
  EXPECT_EQ(peer.read_until("\n"), "<five>");
}

TEST_F(LineConnectionTest, ALineMayBeSplitAnywhereAndHoldAnyByte) {
  start();
  auto peer = unix_peer();
  const std::string line("a\0b\r\xff\xc3{", 7);
  for (std::size_t split = 0; split <= line.size(); ++split) {
    ASSERT_TRUE(peer.send(line.substr(0, split)));
    ASSERT_TRUE(peer.send(line.substr(split) + "\n"));
    ASSERT_EQ(peer.read_until("\n"), "<" + line + ">");
  }
}

TEST_F(LineConnectionTest, AConnectionServesThousandsOfLines) {
  start();
  auto peer = unix_peer();
  for (int i = 0; i < 5'000; ++i)
    ASSERT_EQ(peer.ask_line(std::to_string(i)), "<" + std::to_string(i) + ">");
}

TEST_F(LineConnectionTest, TheLimitIsOfTheLineWithoutItsNewline) {
  options.limits.max_body = 50'000;
  start();
  const std::string longest(50'000, 'x');
  auto peer = unix_peer();
  EXPECT_EQ(peer.ask_line(longest), "<" + longest + ">");
  EXPECT_EQ(peer.ask_line(longest), "<" + longest + ">");
  peer.send(longest + "x");
  EXPECT_TRUE(peer.is_closed());
  EXPECT_TRUE(testing::eventually([&] { return listener->connections() == 0; }));
  EXPECT_EQ(log.count("warning A line on the Unix socket is longer than the limit of 50000 bytes"), 1U);
}

TEST_F(LineConnectionTest, HalfALineIsLate) {
  options.limits.request_time = 40ms;
  start();
  auto peer = unix_peer();
  EXPECT_TRUE(peer.is_silent_for(100ms)) << "an idle connection stays";
  ASSERT_TRUE(peer.send("half"));
  EXPECT_TRUE(peer.is_closed());
  EXPECT_TRUE(
      testing::eventually([&] { return log.count("warning A line on the Unix socket did not end") == 1; }));
}

TEST_F(LineConnectionTest, NoReplyClosesTheConnection) {
  script.line = [](std::string_view json) -> std::optional<std::string> {
    if (json == "bad") return std::nullopt;
    return std::string(json);
  };
  start();
  auto peer = unix_peer();
  ASSERT_TRUE(peer.send("good\nbad\n"));
  EXPECT_EQ(peer.read_until("\n"), "good");
  EXPECT_TRUE(peer.is_closed());
}

TEST_F(LineConnectionTest, AConversationThatIsOverClosesTheConnection) {
  script.is_over = true;
  start();
  auto peer = unix_peer();
  ASSERT_TRUE(peer.send("one\ntwo\n"));
  EXPECT_EQ(peer.read_until("\n"), "<one>");
  EXPECT_TRUE(peer.is_closed());
}

TEST_F(LineConnectionTest, AFailingConversationClosesTheConnection) {
  script.line = [](std::string_view /*json*/) -> std::optional<std::string> {
    throw std::runtime_error("out of luck");
  };
  start();
  auto peer = unix_peer();
  ASSERT_TRUE(peer.send("x\n"));
  EXPECT_TRUE(peer.is_closed());
  EXPECT_EQ(log.count("out of luck"), 1U);
}

TEST_F(LineConnectionTest, AHalfClosedConnectionGetsItsReply) {
  start();
  auto peer = unix_peer();
  ASSERT_TRUE(peer.send("x\nhalf"));
  peer.end_sending();
  EXPECT_EQ(peer.read_until("\n"), "<x>");
  EXPECT_TRUE(peer.is_closed());
}

TEST_F(LineConnectionTest, APeerThatLeavesDoesNoHarm) {
  std::atomic<int> heard = 0;
  script.line = [&heard](std::string_view /*json*/) {
    ++heard;
    return std::optional(std::string(std::size_t{4} << 20U, 'r'));
  };
  start();
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(unix_peer().send("x\n"));
  EXPECT_TRUE(testing::eventually([&] { return heard == 20 && listener->connections() == 0; }));
}

}  // namespace
}  // namespace mxbalance::listen
