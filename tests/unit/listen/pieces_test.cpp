#include "backend/listen/pieces.h"

#include <gtest/gtest.h>

#include "backend/sockets/limits.h"
#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

const std::string beginning = R"({"long":)";

class Pieces : public testing::ListenTest {
 protected:
  Pieces() {
    options.limits.max_body = limit;
    script.long_beginning = beginning;
  }

  static constexpr std::size_t limit = 20'000;
};

/// A request of `size` bytes that is to be read in pieces.
std::string long_json(std::size_t size) {
  return beginning + std::string(size - beginning.size() - 3, 'x') + "end";
}

std::string head_of(std::size_t size) {
  return "POST /long HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(size) +
         "\r\n\r\n";
}

TEST_F(Pieces, OfABodyEndWhereItDoes) {
  start();
  auto peer = http_peer();
  for (const std::size_t size : {input_of_its_own / 2 + 1, 10 * limit}) {
    ASSERT_TRUE(peer.send(head_of(size) + long_json(size) + "GET /next HTTP/1.1\r\n\r\n"));
    EXPECT_EQ(peer.read_reply()->body, std::to_string(size) + " bytes to end");
    EXPECT_EQ(peer.read_reply()->body, "GET|/next||||");
  }
}

TEST_F(Pieces, AreNotMadeOfWhatIsShort) {
  start();
  auto peer = http_peer();
  const auto json = long_json(input_of_its_own / 2);
  EXPECT_EQ(peer.ask(head_of(json.size()) + json)->body, "POST|/long|application/json||" + json + "|");
}

TEST_F(Pieces, OfABodyThatIsNotReadToItsEndCloseTheConnection) {
  script.in_pieces = [](ByteSource& json) { return std::string(json.next().empty() ? "none" : "enough"); };
  start();
  auto peer = http_peer();
  const auto json = long_json(10 * limit);
  ASSERT_TRUE(peer.send(head_of(json.size()) + json.substr(0, 2 * limit)));
  const auto reply = peer.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "enough");
  EXPECT_TRUE(reply->closes());
}

TEST_F(Pieces, AreNotMadeOfABodyOverTheirLimit) {
  start();
  auto peer = http_peer();
  const auto reply = peer.ask(head_of(max_piecemeal + 1) + beginning);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
  EXPECT_TRUE(reply->closes());
}

TEST_F(Pieces, OfALineEndWhereItDoes) {
  start();
  auto peer = unix_peer();
  for (const std::size_t size : {limit + 1, 10 * limit}) {
    ASSERT_TRUE(peer.send(long_json(size) + "\nnext\n"));
    EXPECT_EQ(peer.read_until("\n"), std::to_string(size) + " bytes to end");
    EXPECT_EQ(peer.read_until("\n"), "<next>");
  }
}

TEST_F(Pieces, OfALineEndWithTheirLimit) {
  start();
  auto peer = unix_peer();
  peer.send(long_json(max_piecemeal + limit) + "\n");
  EXPECT_TRUE(peer.is_closed());
  EXPECT_EQ(log.count("is longer than the limit of 67108864 bytes"), 1U);
}

}  // namespace
}  // namespace mxbalance::listen
