#include "backend/sockets/stream.h"

#include <array>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::chrono_literals;

/// A stream and the other end of its socket.
struct Pair {
  explicit Pair(const Limits& allowed = {}) : limits(allowed) {
    std::array<int, 2> numbers{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()), 0);
    ours = Descriptor(numbers[0]);
    theirs = Descriptor(numbers[1]);
    stream.emplace(ours.number(), stop, limits);
  }

  void put(std::string_view bytes) const {
    ASSERT_EQ(::send(theirs.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Whether our side has read all that was put.
  [[nodiscard]] bool is_all_read() const {
    int unread = -1;
    return ::ioctl(theirs.number(), SIOCOUTQ, &unread) == 0 && unread == 0;
  }
  void hang_up() { theirs = Descriptor(); }

  StopSignal stop;
  CurrentLimits limits;
  Descriptor ours;
  Descriptor theirs;
  std::optional<SocketStream> stream;
};

TEST(SocketStream, ReadsPiecesInOrder) {
  Pair pair;
  pair.put("one\ntwo\nabcdrest\n");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_until("\n", 10).bytes, "one");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_until("\n", 3).bytes, "two");
  EXPECT_EQ(pair.stream->read_exactly(4).bytes, "abcd");
  EXPECT_EQ(pair.stream->discard(2), ReadOutcome::complete);
  EXPECT_EQ(pair.stream->read_until("\n", 10).bytes, "st");
}

TEST(SocketStream, ADelimiterMaySpreadOverReads) {
  const std::string text = "head\r\n\r\n";
  for (std::size_t split = 1; split < text.size(); ++split) {
    Pair pair;
    pair.put(text.substr(0, split));
    ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
    std::thread later([&] { pair.put(text.substr(split) + "next"); });
    const auto piece = pair.stream->read_until("\r\n\r\n", 100);
    EXPECT_EQ(piece.outcome, ReadOutcome::complete);
    EXPECT_EQ(piece.bytes, "head") << split;
    EXPECT_EQ(pair.stream->read_exactly(4).bytes, "next") << split;
    later.join();
  }
}

TEST(SocketStream, TheLimitCountsBytesBeforeTheDelimiter) {
  const struct {
    const char* text;
    ReadOutcome outcome;
  } cases[] = {
      {"1234\r\n", ReadOutcome::complete},   {"12345\r\n", ReadOutcome::complete},
      {"123456\r\n", ReadOutcome::too_long}, {"12345\rX", ReadOutcome::too_long},
      {"1234567", ReadOutcome::too_long},    {"\r\n", ReadOutcome::complete},
      {"12345\r", ReadOutcome::closed},      {"123456", ReadOutcome::closed},
  };
  for (const auto& item : cases) {
    Pair pair;
    pair.put(item.text);
    pair.hang_up();
    ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
    EXPECT_EQ(pair.stream->read_until("\r\n", 5).outcome, item.outcome) << item.text;
  }
}

TEST(SocketStream, AnUnfinishedRequestIsLate) {
  Pair pair({.request_time = 30ms});
  pair.put("half");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_until("\n", 100).outcome, ReadOutcome::late);
  EXPECT_EQ(pair.stream->read_exactly(100).outcome, ReadOutcome::late);
  EXPECT_EQ(pair.stream->discard(100), ReadOutcome::late);
}

TEST(SocketStream, DrippingBytesDoNotExtendTheTime) {
  Pair pair({.request_time = 50ms});
  pair.put("x");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  std::atomic<bool> is_over = false;
  std::thread dripping([&] {
    while (!is_over) {
      pair.put("x");
      std::this_thread::yield();
    }
  });
  auto outcome = ReadOutcome::complete;
  while (outcome == ReadOutcome::complete)
    outcome = pair.stream->discard(1);
  is_over = true;
  dripping.join();
  EXPECT_EQ(outcome, ReadOutcome::late);
}

TEST(SocketStream, EachRequestHasItsOwnTime) {
  Pair pair({.request_time = 30ms});
  pair.put("a\n");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_until("\n", 9).bytes, "a");
  std::thread later([&] {
    EXPECT_FALSE(pair.stop.wait_for(80ms));  // an idle connection, for longer than a request may take
    pair.put("b");
  });
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  later.join();
  std::thread rest([&] {
    EXPECT_FALSE(pair.stop.wait_for(1ms));
    pair.put("\n");
  });
  EXPECT_EQ(pair.stream->read_until("\n", 9).bytes, "b");
  rest.join();
}

TEST(SocketStream, NoticesTheEnd) {
  Pair pair;
  pair.put("abc");
  pair.hang_up();
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_exactly(4).outcome, ReadOutcome::closed);
  EXPECT_EQ(pair.stream->read_exactly(3).bytes, "abc");
  EXPECT_EQ(pair.stream->await_request(), SocketStream::Event::end);
  EXPECT_FALSE(pair.stream->send("x"));
}

TEST(SocketStream, TheStopSignalEndsTheWait) {
  Pair pair;
  std::thread stopping([&] { pair.stop.raise(); });
  EXPECT_EQ(pair.stream->await_request(), SocketStream::Event::end);
  stopping.join();
  EXPECT_TRUE(pair.stream->is_stopping());
}

TEST(SocketStream, ARequestMayComeAfterTheTimeIsOver) {
  Pair pair;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(pair.stream->await_request(start + 20ms), SocketStream::Event::time_over);
  EXPECT_GE(std::chrono::steady_clock::now(), start + 20ms);
  EXPECT_EQ(pair.stream->await_request(start), SocketStream::Event::time_over) << "which is past";
  pair.put("a\n");
  ASSERT_EQ(pair.stream->await_request(start), SocketStream::Event::request) << "it is there already";
  EXPECT_EQ(pair.stream->read_until("\n", 9).bytes, "a");
  std::thread later([&] { pair.put("b\n"); });
  ASSERT_EQ(pair.stream->await_request(start + 1h), SocketStream::Event::request);
  later.join();
  EXPECT_EQ(pair.stream->read_until("\n", 9).bytes, "b");
  pair.hang_up();
  EXPECT_EQ(pair.stream->await_request(start + 1h), SocketStream::Event::end);
}

TEST(SocketStream, TheEndComesBeforeTheTimeThatIsOver) {
  Pair pair;
  pair.stop.raise();
  EXPECT_EQ(pair.stream->await_request(std::chrono::steady_clock::now()), SocketStream::Event::end);
}

TEST(SocketStream, ARequestThatIsThereIsReadWhileStopping) {
  Pair pair;
  pair.put("a\nb\n");
  pair.stop.raise();
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_until("\n", 9).bytes, "a");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  EXPECT_EQ(pair.stream->read_until("\n", 9).bytes, "b");
  EXPECT_EQ(pair.stream->await_request(), SocketStream::Event::end);
}

TEST(SocketStream, SendGivesUpOnAPeerThatTakesNothing) {
  Pair pair({.request_time = 30ms});
  EXPECT_FALSE(pair.stream->send(std::string(std::size_t{16} << 20U, 'x')));
}

TEST(SocketStream, SendsMoreThanTheSocketHolds) {
  Pair pair;
  const std::size_t size = std::size_t{4} << 20U;
  std::size_t received = 0;
  std::thread reading([&] {
    std::array<char, 65'536> block{};
    ssize_t part = 0;
    while ((part = ::recv(pair.theirs.number(), block.data(), block.size(), 0)) > 0) {
      received += static_cast<std::size_t>(part);
    }
  });
  EXPECT_TRUE(pair.stream->send(std::string(size, 'x')));
  ::shutdown(pair.ours.number(), SHUT_RDWR);
  reading.join();
  EXPECT_EQ(received, size);
}

TEST(SocketStream, LingersUntilThePeerCloses) {
  Pair pair;
  pair.put("unread");
  std::atomic<bool> has_closed = false;
  std::thread closing([&] {
    char byte = 0;
    EXPECT_EQ(::recv(pair.theirs.number(), &byte, 1, 0), 0) << "our side has ended";
    for (const std::string_view more : {"more", "and more"}) {
      pair.put(more);
      EXPECT_TRUE(testing::eventually([&] { return pair.is_all_read(); }));
    }
    has_closed = true;
    pair.hang_up();
  });
  pair.stream->linger();
  EXPECT_TRUE(has_closed);
  closing.join();
}

TEST(SocketStream, LingersForALimitedTime) {
  Pair pair({.request_time = 20ms});
  auto lingering = std::async(std::launch::async, [&] { pair.stream->linger(); });
  EXPECT_EQ(lingering.wait_for(testing::patience), std::future_status::ready);
  pair.hang_up();
}

TEST(SocketStream, ARequestThatComesByteByByteIsLateToo) {
  Limits allowed;
  allowed.request_time = 100ms;
  Pair pair(allowed);
  pair.put("x");
  ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
  std::atomic<bool> is_read = false;
  std::thread sending([&] {
    const auto until = std::chrono::steady_clock::now() + testing::patience;
    while (!is_read && std::chrono::steady_clock::now() < until) {
      int unread = 0;
      if (::ioctl(pair.ours.number(), FIONREAD, &unread) == 0 && unread == 0) pair.put("x");
    }
    pair.hang_up();
  });
  EXPECT_EQ(pair.stream->read_until("\n", SIZE_MAX / 2).outcome, ReadOutcome::late);
  is_read = true;
  sending.join();
}

TEST(SocketStream, HasOfTheBudgetWhatOneRequestTakes) {
  constexpr std::size_t size = 100'000;
  constexpr std::size_t held = 50'000;
  Limits allowed;
  allowed.memory = std::make_shared<db::MemoryBudget>();
  Pair pair(allowed);
  std::vector<std::size_t> taken;
  for (int request = 0; request < 2; ++request) {
    pair.put(std::string(size, 'x'));
    ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
    ASSERT_EQ(pair.stream->read_exactly(size).outcome, ReadOutcome::complete);
    taken.push_back(allowed.memory->taken());
    ASSERT_TRUE(pair.stream->hold(held));
    EXPECT_GE(allowed.memory->taken(), taken.back() + held);
  }
  EXPECT_GE(taken[0], size - input_of_its_own);
  EXPECT_EQ(taken[1], taken[0]) << "what the first one took was given back";
  EXPECT_EQ(pair.stream->await_request(std::chrono::steady_clock::now()), SocketStream::Event::time_over);
  EXPECT_EQ(allowed.memory->taken(), 0U);
}

TEST(SocketStream, ReadsNoMoreThanThereIsMemoryFor) {
  constexpr std::size_t size = 100'000;
  for (const bool goes_first : {false, true}) {
    Limits allowed;
    allowed.memory = std::make_shared<db::MemoryBudget>(size / 2);
    Pair pair(allowed);
    pair.stream->go_first(goes_first);
    pair.put(std::string(size, 'x'));
    ASSERT_EQ(pair.stream->await_request(), SocketStream::Event::request);
    EXPECT_EQ(pair.stream->read_exactly(size).outcome,
              goes_first ? ReadOutcome::complete : ReadOutcome::no_memory);
  }
}

}  // namespace
}  // namespace mxbalance::listen
