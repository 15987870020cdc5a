#include "backend/listen/http_reply.h"

#include <gtest/gtest.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using HttpReplyTest = testing::ListenTest;

TEST_F(HttpReplyTest, RepliesInJson) {
  script.http = [](const HttpRequest& request) {
    return HttpReply{request.target == "/no" ? 404 : 200, R"({"result":false})"};
  };
  start();
  auto peer = http_peer();
  for (const int status : {200, 404}) {
    const auto reply = peer.ask(status == 404 ? "GET /no HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, status);
    EXPECT_EQ(reply->body, R"({"result":false})");
    EXPECT_EQ(reply->header, "Content-Length: 16\r\nContent-Type: application/json\r\n");
  }
}

TEST_F(HttpReplyTest, AnEmptyBodyHasALength) {
  script.http = [](const HttpRequest& request) { return HttpReply{request.verb == "GET" ? 200 : 500, ""}; };
  start();
  auto peer = http_peer();
  EXPECT_NE(peer.ask("GET / HTTP/1.1\r\n\r\n")->header.find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_NE(peer.ask("DELETE / HTTP/1.1\r\n\r\n")->header.find("Content-Length: 0\r\n"), std::string::npos);
}

TEST_F(HttpReplyTest, HeadHasNoBody) {
  start();
  auto peer = http_peer();
  ASSERT_TRUE(peer.send("HEAD / HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(peer.read_reply(false)->status, 405);
  EXPECT_EQ(peer.read_reply()->body, "GET|/next||||");
}

TEST_F(HttpReplyTest, RepliesAreWholeWhateverRangeIsAskedFor) {
  start();
  auto peer = http_peer();
  const auto whole = peer.ask("GET / HTTP/1.1\r\n\r\n");
  for (const std::string range : {"bytes=0-1", "bytes=2-", "bytes=0-0,2-3", "bytes=100-200", "nonsense"}) {
    const auto reply = peer.ask("GET / HTTP/1.1\r\nRange: " + range + "\r\n\r\n");
    ASSERT_TRUE(reply) << range;
    EXPECT_EQ(reply->status, 200) << range;
    EXPECT_EQ(reply->header, whole->header) << range;
    EXPECT_EQ(reply->body, whole->body) << range;
  }
}

TEST_F(HttpReplyTest, Expect100Continue) {
  options.limits.max_body = 100;
  start();
  auto peer = http_peer();
  ASSERT_TRUE(peer.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue");
  EXPECT_EQ(peer.ask("abc")->body, "POST|/|||abc|");

  const auto refused = peer.ask("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");
  EXPECT_EQ(refused->status, 413) << "and no body was asked for";
  EXPECT_TRUE(refused->closes());
}

TEST_F(HttpReplyTest, Http10KnowsNo100Continue) {
  start();
  auto peer = http_peer();
  EXPECT_EQ(peer.ask("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")->body,
            "POST|/|||abc|");
}

TEST(ReplyHead, NamesTheStatusAndWhatIsAllowed) {
  EXPECT_EQ(reply_head(405, 7, "keep-alive"),
            "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, POST, PUT, PATCH, DELETE\r\nConnection: keep-alive\r\n"
            "Content-Length: 7\r\nContent-Type: application/json\r\n\r\n");
}

TEST(HttpRefusal, IsAWholeReply) {
  EXPECT_EQ(http_refusal(503, "Too many."),
            "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n"
            "Content-Type: application/json\r\n\r\n{\"error\":\"Too many.\"}");
}

}  // namespace
}  // namespace mxbalance::listen
