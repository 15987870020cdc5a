#include "backend/listen/http_connection.h"

#include <atomic>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::Reply;

class HttpConnectionTest : public testing::ListenTest {
 protected:
  /// The reply to `request` on a new connection, and whether a GET on the same connection is answered after it.
  struct Outcome {
    Reply reply;
    bool goes_on = false;
  };

  Outcome outcome_of(std::string_view request) {
    auto peer = http_peer();
    Outcome outcome;
    const auto reply = peer.ask(request);
    if (!reply) {
      ADD_FAILURE() << "no reply to " << request.substr(0, 80);
      return outcome;
    }
    outcome.reply = *reply;
    if (reply->closes()) {
      peer.end_sending();
      EXPECT_TRUE(peer.is_closed()) << request.substr(0, 80);
    } else {
      const auto next = peer.ask("GET /next HTTP/1.1\r\n\r\n");
      outcome.goes_on = next && next->status == 200 && next->body == "GET|/next||||";
      EXPECT_TRUE(outcome.goes_on) << request.substr(0, 80);
    }
    return outcome;
  }
};

std::string post(const std::string& body, const std::string& fields = "") {
  return "POST /dns HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

TEST_F(HttpConnectionTest, HandsTheRequestOn) {
  start();
  const struct {
    const char* request;
    const char* body;
  } cases[] = {
      {"GET /dns/lookup/example%2ecom%2e/ANY HTTP/1.1\r\nHost: x\r\nX-RemoteBackend-zone-ID:  17 \r\n\r\n",
       "GET|/dns/lookup/example%2ecom%2e/ANY||17||"},
      {"GET /a%2fb%0a%00%25?x=%3f&y=?z#f HTTP/1.1\r\n\r\n", "GET|/a%2fb%0a%00%25?x=%3f&y=?z#f||||"},
      {"POST /dns HTTP/1.1\r\ncontent-type: text/javascript; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
       "POST|/dns|text/javascript; charset=utf-8||{}|"},
      {"PUT /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "PUT|/x||||"},
      {"PUT /x HTTP/1.1\r\n\r\n", "PUT|/x||||"},
      {"PATCH /x HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b", "PATCH|/x|||a=b|"},
      {"DELETE /x HTTP/1.1\r\n\r\n", "DELETE|/x||||"},
      {"DELETE /x HTTP/1.1\r\nContent-Length: 1\r\n\r\nd", "DELETE|/x|||d|"},
      {"DELETE /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nd\r\n0\r\n\r\n", "DELETE|/x|||d|"},
      {"GET /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody", "GET|/x|||body|"},
      {"POST /x HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 3\r\n\r\n--b",
       "POST|/x|multipart/form-data; boundary=b||--b|"},
      {"POST /x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nraw", "POST|/x|||raw|"},
      {"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;ext\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: "
       "t\r\n\r\n",
       "POST|/x|||hello world|"},
      {"\r\nGET /blank-line-before HTTP/1.1\r\n\r\n", "GET|/blank-line-before||||"},
      {"GET /range HTTP/1.1\r\nRange: bytes=0-1\r\nAccept-Encoding: gzip, br\r\n\r\n", "GET|/range||||"},
      {"GET /x HTTP/1.1\r\nRange: nonsense\r\nContent-Length: 28\r\n\r\nGET /smuggled HTTP/1.1\r\nA: b",
       "GET|/x|||GET /smuggled HTTP/1.1\r\nA: b|"},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.request);
    const auto outcome = outcome_of(item.request);
    EXPECT_EQ(outcome.reply.status, 200);
    EXPECT_EQ(outcome.reply.body, item.body);
    EXPECT_TRUE(outcome.goes_on);
  }
}

TEST_F(HttpConnectionTest, KeepsAConnectionForThousandsOfRequests) {
  start();
  auto peer = http_peer();
  for (int i = 0; i < 5'000; ++i) {
    const auto target = "/" + std::to_string(i);
    const auto reply = peer.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->body, "GET|" + target + "||||");
    ASSERT_FALSE(reply->closes());
  }
}

TEST_F(HttpConnectionTest, AnswersPipelinedRequestsInOrder) {
  start();
  auto peer = http_peer();
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests += post("body " + std::to_string(i)) + "GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n";
  }
  ASSERT_TRUE(peer.send(requests));
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(peer.read_reply()->body, "POST|/dns|||body " + std::to_string(i) + "|");
    ASSERT_EQ(peer.read_reply()->body, "GET|/" + std::to_string(i) + "||||");
  }
}

TEST_F(HttpConnectionTest, ARequestMayBeSplitAnywhere) {
  std::atomic<int> answered = 0;
  const auto plain = script.http;
  script.http = [&](const HttpRequest& request) {
    ++answered;
    return plain(request);
  };
  start();
  auto peer = http_peer();
  const std::string request =
      "POST /x%2f HTTP/1.1\r\nX-RemoteBackend-Zone-Id: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
  for (std::size_t split = 1; split < request.size(); ++split) {
    ASSERT_TRUE(peer.send(request.substr(0, split)));
    ASSERT_TRUE(peer.is_silent_for(1ms));
    ASSERT_TRUE(peer.send(request.substr(split)));
    ASSERT_EQ(peer.read_reply()->body, "POST|/x%2f||1|abc|") << split;
  }
  for (const char byte : request)
    ASSERT_TRUE(peer.send({&byte, 1}));
  EXPECT_EQ(peer.read_reply()->body, "POST|/x%2f||1|abc|");
  EXPECT_EQ(answered, static_cast<int>(request.size()));
}

TEST_F(HttpConnectionTest, BodiesUpToTheLimitAreHandedOn) {
  options.limits.max_body = 20'000;
  start();
  const auto form = "Content-Type: application/x-www-form-urlencoded\r\n"s;
  for (const std::size_t size : {0U, 1U, 8'191U, 8'192U, 8'193U, 16'384U, 19'999U, 20'000U}) {
    const std::string body(size, 'b');
    const auto outcome = outcome_of(post(body, form));
    EXPECT_EQ(outcome.reply.status, 200) << size;
    EXPECT_EQ(outcome.reply.body, "POST|/dns|application/x-www-form-urlencoded||" + body + "|") << size;
  }
}

TEST_F(HttpConnectionTest, ABodyOverTheLimitIsRefused) {
  options.limits.max_body = 20'000;
  start();
  const auto chunked = [](std::size_t size) {
    std::stringstream text;
    text << "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
         << std::hex << size << "\r\n"
         << std::string(size, 'b') << "\r\n0\r\n\r\n";
    return text.str();
  };
  for (const std::size_t size : {20'001U, 160'000U, 160'001U, 1'000'000U}) {
    for (const auto& request : {post(std::string(size, 'b')), chunked(size)}) {
      const auto outcome = outcome_of(request);
      EXPECT_EQ(outcome.reply.status, 413) << size;
      EXPECT_EQ(outcome.reply.body, R"({"error":"The body is longer than the limit of 20000 bytes."})") << size;
      EXPECT_EQ(outcome.goes_on, size <= 160'000U) << size;
    }
  }
  EXPECT_EQ(log.count("warning An HTTP request was refused with 413: The body is longer"), 1U)
      << "once an episode";
}

TEST_F(HttpConnectionTest, APeerThatStillSendsGetsItsRefusal) {
  options.limits.max_body = 1'000;
  start();
  auto peer = http_peer();
  ASSERT_TRUE(peer.send(post(std::string(std::size_t{32} << 20U, 'b')))) << "more than the sockets hold";
  const auto reply = peer.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
}

TEST_F(HttpConnectionTest, BadFramingIsRefusedAndTheConnectionClosed) {
  start();
  const struct {
    std::string request;
    int status;
  } cases[] = {
      {"POST / HTTP/1.1\r\nContent-Length: abc\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\nabc", 501},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", 400},
      {"GARBAGE\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\n\r\n", 505},
      {"GET /\0 HTTP/1.1\r\n\r\n"s, 400},
      {"\x16\x03\x01\x02 a TLS hello \r\n\r\n"s, 400},
      {"GET / HTTP/1.1\r\nA: b\n\r\nContent-Length: 5\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nA: " + std::string(8'200, 'x') + "\r\n\r\n", 431},
      {"GET / HTTP/1.1\r\nA: " + std::string(70'000, 'x'), 431},
      {"GET /" + std::string(70'000, 'x'), 431},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.request.substr(0, 100));
    const auto outcome = outcome_of(item.request);
    EXPECT_EQ(outcome.reply.status, item.status);
    EXPECT_TRUE(outcome.reply.closes());
    EXPECT_TRUE(outcome.reply.body.starts_with(R"({"error":")")) << outcome.reply.body;
    EXPECT_NE(outcome.reply.header.find("Content-Type: application/json\r\n"), std::string::npos);
  }
}

TEST_F(HttpConnectionTest, ALongTargetIsHandedOn) {
  start();
  const auto target = "/" + std::string(20'000, 't');
  EXPECT_EQ(http_peer().ask("GET " + target + " HTTP/1.1\r\n\r\n")->body, "GET|" + target + "||||");
}

TEST_F(HttpConnectionTest, TheLongestHeaderLineIsRead) {
  start();
  const auto type = std::string(8'190 - "Content-Type: "s.size(), 't');
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nContent-Type: " + type + "\r\n\r\n").reply.body,
            "GET|/|" + type + "|||");
}

TEST_F(HttpConnectionTest, AHundredHeaderLinesAreRead) {
  start();
  std::string request = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 99; ++i)
    request += "A" + std::to_string(i) + ": b\r\n";
  request += "X-RemoteBackend-Zone-Id: 5\r\n";
  EXPECT_EQ(outcome_of(request + "\r\n").reply.body, "GET|/||5||");
  const auto refused = outcome_of(request + "B: b\r\n\r\n").reply;
  EXPECT_EQ(refused.status, 431);
  EXPECT_EQ(refused.body, R"({"error":"The request has more than 100 header lines."})");
}

TEST_F(HttpConnectionTest, ALongRangeDoesNoHarm) {
  start();
  for (const auto& value :
       {"bytes="s + std::string(8'000, '1') + "-", "bytes=0-1"s + std::string(2'500, ',') + "0-"}) {
    http_peer().ask("GET / HTTP/1.1\r\nRange: " + value + "\r\n\r\n");
  }
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\n\r\n").reply.status, 200);
}

TEST_F(HttpConnectionTest, AHeaderThatDoesNotEndIsLate) {
  options.limits.request_time = 60ms;
  start();
  for (const auto& part : {"GET / HTTP/1.1\r\nA: "s + std::string(5'000, 'x'), "G"s, "GET / HTTP/1.1\n\n"s,
                           "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"s,
                           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"s}) {
    auto peer = http_peer();
    const auto reply = peer.ask(part);
    ASSERT_TRUE(reply) << part.substr(0, 80);
    EXPECT_EQ(reply->status, 408);
    EXPECT_TRUE(reply->closes());
    EXPECT_TRUE(peer.is_closed());
  }
  EXPECT_EQ(log.count("warning An HTTP request was refused with 408"), 1U);
}

TEST_F(HttpConnectionTest, AnIdleConnectionIsNotLate) {
  options.limits.request_time = 20ms;
  start();
  auto peer = http_peer();
  EXPECT_TRUE(peer.is_silent_for(100ms)) << "before the first request";
  EXPECT_EQ(peer.ask("GET / HTTP/1.1\r\n\r\n")->status, 200);
  EXPECT_TRUE(peer.is_silent_for(100ms)) << "and between requests";
  EXPECT_EQ(peer.ask("GET / HTTP/1.1\r\n\r\n")->status, 200);
}

TEST_F(HttpConnectionTest, OtherVerbsAreRefusedAndTheConnectionGoesOn) {
  start();
  for (const std::string verb : {"BREW", "get", "OPTIONS", "TRACE", "CONNECT", "PRI", "PROPFIND"}) {
    for (const auto& rest : {" / HTTP/1.1\r\n\r\n"s, " / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"s}) {
      const auto outcome = outcome_of(verb + rest);
      EXPECT_EQ(outcome.reply.status, 405) << verb;
      EXPECT_EQ(outcome.reply.body, R"({"error":"Only GET, POST, PUT, PATCH and DELETE are answered here."})");
      EXPECT_NE(outcome.reply.header.find("Allow: GET, POST, PUT, PATCH, DELETE\r\n"), std::string::npos);
      EXPECT_TRUE(outcome.goes_on) << verb;
    }
  }
}

TEST_F(HttpConnectionTest, ClosesWhenAsked) {
  start();
  const struct {
    const char* request;
    bool closes;
  } cases[] = {
      {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nconnection: Close\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nConnection: TE, close\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nConnection: TE\r\nConnection: close\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nConnection: closed, enclose\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", true},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", true},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.request);
    const auto reply = outcome_of(item.request).reply;
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.closes(), item.closes);
  }
  EXPECT_NE(
      http_peer().ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->header.find("Connection: keep-alive"),
      std::string::npos);
}

TEST_F(HttpConnectionTest, AHalfClosedConnectionGetsItsReply) {
  start();
  auto peer = http_peer();
  ASSERT_TRUE(peer.send("GET / HTTP/1.1\r\n\r\n"));
  peer.end_sending();
  EXPECT_EQ(peer.read_reply()->status, 200);
  EXPECT_TRUE(peer.is_closed());

  auto cut = http_peer();
  ASSERT_TRUE(cut.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"));
  cut.end_sending();
  EXPECT_EQ(cut.read_reply()->status, 400);

  auto headless = http_peer();
  ASSERT_TRUE(headless.send("POST / HT"));
  headless.end_sending();
  EXPECT_TRUE(headless.is_closed());
}

TEST_F(HttpConnectionTest, AFailingConversationIsAnError) {
  script.http = [](const HttpRequest& request) -> HttpReply {
    if (request.target == "/next") return {200, "GET|/next||||"};
    throw std::runtime_error("out of luck");
  };
  start();
  const auto outcome = outcome_of("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(outcome.reply.status, 500);
  EXPECT_TRUE(outcome.reply.body.starts_with(R"({"error":")"));
  EXPECT_EQ(outcome.reply.header.find("EXCEPTION"), std::string::npos);
  EXPECT_TRUE(outcome.goes_on);
  EXPECT_EQ(log.count("out of luck"), 1U);
}

TEST_F(HttpConnectionTest, LargeRepliesArriveWhole) {
  const std::string large(std::size_t{8} << 20U, 'r');
  script.http = [&](const HttpRequest& /*request*/) { return HttpReply{200, large}; };
  start();
  auto peer = http_peer();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(peer.ask("GET / HTTP/1.1\r\n\r\n")->body, large);
}

}  // namespace
}  // namespace mxbalance::listen
