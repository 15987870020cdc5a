#include "backend/listen/http_framing.h"

#include <array>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;

TEST(ParseHead, KeepsTheRawTarget) {
  for (const std::string target :
       {"/", "/dns/lookup/a%2fb%0a%00%25./ANY", "/dns/x?a=?&b=#c", "*", "http://host/x", "/a//b/", "/\xff"}) {
    SCOPED_TRACE(target);
    const auto parsed = parse_head("GET " + target + " HTTP/1.1\r\nHost: x");
    ASSERT_TRUE(std::holds_alternative<RequestHead>(parsed));
    EXPECT_EQ(std::get<RequestHead>(parsed).target, target);
  }
}

TEST(ParseHead, GoodOnes) {
  const struct {
    const char* text;
    const char* verb;
    bool is_http_1_0;
    bool is_chunked;
    std::uint64_t length;
  } cases[] = {
      {"GET / HTTP/1.1", "GET", false, false, 0},
      {"BREW / HTTP/1.0", "BREW", true, false, 0},
      {"\r\nGET / HTTP/1.1\r\nA: b", "GET", false, false, 0},
      {"POST / HTTP/1.1\r\nContent-Length: 0", "POST", false, false, 0},
      {"POST / HTTP/1.1\r\ncontent-LENGTH:\t 42 ", "POST", false, false, 42},
      {"POST / HTTP/1.1\r\nA:\r\nContent-Length:007\r\nB: c", "POST", false, false, 7},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: CHUNKED", "POST", false, true, 0},
      {"GET / HTTP/1.1\r\nContent-Length: 18446744073709551615", "GET", false, false, UINT64_MAX},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.text);
    const auto parsed = parse_head(item.text);
    ASSERT_TRUE(std::holds_alternative<RequestHead>(parsed));
    const auto& head = std::get<RequestHead>(parsed);
    EXPECT_EQ(head.verb, item.verb);
    EXPECT_EQ(head.target, "/");
    EXPECT_EQ(head.is_http_1_0, item.is_http_1_0);
    EXPECT_EQ(head.is_chunked, item.is_chunked);
    EXPECT_EQ(head.body_length, item.length);
  }
}

TEST(ParseHead, KeepsTheFieldsThatAreUsed) {
  const struct {
    const char* fields;
    const char* content_type;
    const char* zone_id;
    bool closes;
    bool waits_for_body;
  } cases[] = {
      {"Content-Type:text/javascript; charset=utf-8\t\r\nX-RemoteBackend-Zone-Id: 17 ",
       "text/javascript; charset=utf-8", "17", false, false},
      {"CONTENT-type: a\r\nx-remotebackend-ZONE-id:\t-1", "a", "-1", false, false},
      {"Content-Type: a\r\nContent-Type: b", "a", "", false, false},
      {"Content-Type:\r\nContent-Type: b", "b", "", false, false},
      {"Content-Types: a\r\nContent-Typ: a\r\nX-Content-Type: a", "", "", false, false},
      {"Content-Type: a%41\xff", "a%41\xff", "", false, false},
      {"Connection: close", "", "", true, false},
      {"connection: \t, TE ,CLOSE", "", "", true, false},
      {"Connection: TE\r\nConnection: close", "", "", true, false},
      {"Connection: closed, enclose, clos", "", "", false, false},
      {"Expect: 100-continue", "", "", false, true},
      {"expect: 100-Continue", "", "", false, true},
      {"Expect: 100-continued", "", "", false, false},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.fields);
    const auto parsed = parse_head("GET / HTTP/1.1\r\n"s + item.fields);
    ASSERT_TRUE(std::holds_alternative<RequestHead>(parsed));
    const auto& head = std::get<RequestHead>(parsed);
    EXPECT_EQ(head.content_type, item.content_type);
    EXPECT_EQ(head.zone_id, item.zone_id);
    EXPECT_EQ(head.closes, item.closes);
    EXPECT_EQ(head.waits_for_body, item.waits_for_body);
  }
}

TEST(ParseHead, BadOnesCloseTheConnection) {
  const struct {
    std::string text;
    int status;
  } cases[] = {
      {"", 400},
      {"GET", 400},
      {"GET /", 400},
      {"GET  HTTP/1.1", 400},
      {" GET / HTTP/1.1", 400},
      {"GET / x HTTP/1.1", 400},
      {"GET /  HTTP/1.1", 400},
      {"GET /\t HTTP/1.1", 400},
      {"GET /\0 HTTP/1.1"s, 400},
      {"G(T / HTTP/1.1", 400},
      {"GET / HTTP/1.1\nContent-Length: 5", 400},
      {"GET / HTTP/1.2", 505},
      {"GET / HTTP/2.0", 505},
      {"GET / http/1.1", 505},
      {"GET / HTTP/1.1 ", 400},
      {"GET / HTTP/1.1\r\nno colon", 400},
      {"GET / HTTP/1.1\r\n: no name", 400},
      {"GET / HTTP/1.1\r\nContent-Length : 5", 400},
      {"GET / HTTP/1.1\r\n Content-Length: 5", 400},
      {"GET / HTTP/1.1\r\nA: b\r\n folded", 400},
      {"GET / HTTP/1.1\r\nA: b\nContent-Length: 5", 400},
      {"GET / HTTP/1.1\r\nA: b\rc", 400},
      {"GET / HTTP/1.1\r\nA: b\0c"s, 400},
      {"GET / HTTP/1.1\r\nA: " + std::string(8'188, 'x'), 431},
      {"POST / HTTP/1.1\r\nContent-Length: abc", 400},
      {"POST / HTTP/1.1\r\nContent-Length:", 400},
      {"POST / HTTP/1.1\r\nContent-Length: -1", 400},
      {"POST / HTTP/1.1\r\nContent-Length: +1", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 0x10", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 5, 5", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 5 5", 400},
      {"POST / HTTP/1.1\r\nContent-Length: %35", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 18446744073709551616", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 5\r\ncontent-length: 5", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", 400},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked", 501},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunke%64", 501},
      {"POST / HTTP/1.1\r\nTransfer-Encoding:", 501},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked", 400},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.text.substr(0, 100));
    const auto parsed = parse_head(item.text);
    ASSERT_TRUE(std::holds_alternative<Refusal>(parsed));
    const auto& refusal = std::get<Refusal>(parsed);
    EXPECT_EQ(refusal.status, item.status);
    EXPECT_TRUE(refusal.closes);
    EXPECT_FALSE(refusal.sentence.empty());
    EXPECT_EQ(refusal.sentence.find_first_of("\"\\\n\r\t"), std::string::npos) << "goes into JSON as it is";
  }
}

TEST(ParseHead, TheLongestFieldFits) {
  const auto parsed = parse_head("GET / HTTP/1.1\r\nA: " + std::string(8'187, 'x'));
  EXPECT_TRUE(std::holds_alternative<RequestHead>(parsed));
}

constexpr std::size_t max_body = 10;

/// Reads the body that `head` promises from `sent`, after which the peer hangs up, and then what is left of
/// `sent`.
std::pair<std::variant<std::string, Refusal>, std::string> read(const RequestHead& head, const std::string& sent,
                                                                std::size_t most = max_body,
                                                                const Limits& allowed = {}) {
  std::array<int, 2> numbers{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()), 0);
  const Descriptor ours(numbers[0]);
  {
    const Descriptor theirs(numbers[1]);
    EXPECT_EQ(::send(theirs.number(), sent.data(), sent.size(), 0), static_cast<ssize_t>(sent.size()));
  }
  const StopSignal stop;
  const CurrentLimits limits{allowed};
  SocketStream stream(ours.number(), stop, limits);
  stream.await_request();
  auto body = read_body(stream, head, most);
  std::string rest;
  for (auto piece = stream.read_exactly(1); piece.outcome == ReadOutcome::complete;
       piece = stream.read_exactly(1)) {
    rest.append(piece.bytes);
  }
  return {std::move(body), rest};
}

RequestHead with_length(std::uint64_t length) {
  RequestHead head;
  head.body_length = length;
  return head;
}

RequestHead with_chunks() {
  RequestHead head;
  head.is_chunked = true;
  return head;
}

TEST(ReadBody, ByLength) {
  EXPECT_EQ(std::get<std::string>(read(with_length(0), "next").first), "");
  EXPECT_EQ(std::get<std::string>(read(with_length(3), "abcnext").first), "abc");
  EXPECT_EQ(read(with_length(3), "abcnext").second, "next");
  EXPECT_EQ(std::get<std::string>(read(with_length(10), "0123456789").first), "0123456789");
}

TEST(ReadBody, ATooLongOneIsDroppedUpToEightTimesTheLimit) {
  for (const std::size_t length : {11U, 80U}) {
    const auto [body, rest] = read(with_length(length), std::string(length, 'x') + "next");
    const auto& refusal = std::get<Refusal>(body);
    EXPECT_EQ(refusal.status, 413);
    EXPECT_EQ(refusal.sentence, "The body is longer than the limit of 10 bytes.");
    EXPECT_FALSE(refusal.closes);
    EXPECT_EQ(rest, "next");
  }
  for (const std::uint64_t length : {std::uint64_t{81}, UINT64_MAX}) {
    const auto refusal = std::get<Refusal>(read(with_length(length), "x").first);
    EXPECT_EQ(refusal.status, 413);
    EXPECT_TRUE(refusal.closes);
  }
}

TEST(ReadBody, MustFitTwiceIntoTheMemoryThatIsThere) {
  constexpr std::size_t length = 100'000;
  for (const std::size_t budget : {3 * length, 2 * length}) {
    Limits limits;
    limits.memory = std::make_shared<db::MemoryBudget>(budget);
    const auto body = read(with_length(length), std::string(length, 'x'), length, limits).first;
    if (budget == 3 * length) {
      EXPECT_EQ(std::get<std::string>(body).size(), length);
    } else {
      EXPECT_EQ(std::get<Refusal>(body).status, 503);
    }
  }
}

TEST(ReadBody, ACutOneIsRefused) {
  for (const std::size_t length : {2U, 11U}) {
    const auto refusal = std::get<Refusal>(read(with_length(length), "x").first);
    EXPECT_EQ(refusal.status, 400);
    EXPECT_TRUE(refusal.closes);
  }
}

TEST(ReadBody, GoodChunks) {
  const struct {
    std::string sent;
    std::string body;
  } cases[] = {
      {"0\r\n\r\n", ""},
      {"3\r\nabc\r\n0\r\n\r\n", "abc"},
      {"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"},
      {"a\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
      {"A\r\n0\r\n3\r\n789.\r\n0\r\n\r\n", "0\r\n3\r\n789."},
      {"003 ;name=\"value\"\r\nabc\r\n000;x\r\nTrailer: value\r\nAnother: one\r\n\r\n", "abc"},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.sent);
    const auto [body, rest] = read(with_chunks(), item.sent + "next");
    ASSERT_TRUE(std::holds_alternative<std::string>(body));
    EXPECT_EQ(std::get<std::string>(body), item.body);
    EXPECT_EQ(rest, "next");
  }
}

TEST(ReadBody, BadChunks) {
  const std::string cases[] = {
      "\r\n",
      "x\r\n",
      "-1\r\n",
      "+3\r\nabc\r\n",
      "0x3\r\nabc\r\n0\r\n\r\n",
      "3 3\r\nabc",
      "3\r\nabcd",
      "3\r\nabcXX0",
      "3\nabc\n0\n\n",
      "10000000000000000\r\n",
      "3\r\nab",
      "3\r\nabc",
      "3\r\nabc\r\n",
      "3\r\nabc\r\n0\r\n",
      ";x\r\n",
      std::string(2'000, '0'),
      "0\r\n" + std::string(100'000, 'x'),
  };
  for (const auto& sent : cases) {
    SCOPED_TRACE(sent.substr(0, 50));
    const auto body = read(with_chunks(), sent).first;
    ASSERT_TRUE(std::holds_alternative<Refusal>(body));
    EXPECT_EQ(std::get<Refusal>(body).status, 400);
    EXPECT_TRUE(std::get<Refusal>(body).closes);
  }
}

TEST(ReadBody, AChunkThatIsLongerThanItSaysIsToldSo) {
  for (const char* const sent : {"3\r\nabcd\r\n0\r\n\r\n", "3\r\nabcXX0"}) {
    EXPECT_EQ(std::get<Refusal>(read(with_chunks(), sent).first).sentence,
              "A chunk is longer than the size it begins with.");
  }
}

TEST(ReadBody, TrailersAreBounded) {
  std::string sent = "0\r\n";
  while (sent.size() < 2 * max_request_head)
    sent += "Trailer: value\r\n";
  EXPECT_EQ(std::get<Refusal>(read(with_chunks(), sent + "\r\n").first).status, 400);
}

TEST(ReadBody, TooManyChunksAreDroppedUpToEightTimesTheLimit) {
  std::string chunks;
  for (int i = 0; i < 8; ++i)
    chunks += "a\r\n0123456789\r\n";
  const auto [body, rest] = read(with_chunks(), chunks + "0\r\n\r\nnext");
  EXPECT_EQ(std::get<Refusal>(body).status, 413);
  EXPECT_FALSE(std::get<Refusal>(body).closes);
  EXPECT_EQ(rest, "next");

  for (const std::string more : {"1\r\nx\r\n0\r\n\r\n", "ffffffffffffffff\r\n"}) {
    const auto refusal = std::get<Refusal>(read(with_chunks(), chunks + more).first);
    EXPECT_EQ(refusal.status, 413);
    EXPECT_TRUE(refusal.closes);
  }
}

}  // namespace
}  // namespace mxbalance::listen
