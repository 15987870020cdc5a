#include "backend/listen/awaiting.h"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using namespace std::chrono_literals;

/// May be left alone for some milliseconds, so often, and then for ever.
class ImpatientConversation final : public Conversation {
 public:
  explicit ImpatientConversation(int times) : left_(times) {}

  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> idle_until() const override {
    if (left_ == 0) return std::nullopt;
    return std::chrono::steady_clock::now() + 2ms;
  }
  void idle_too_long() override {
    --left_;
    if (left_ == 0 && when_patient) when_patient();
  }
  HttpReply http(const HttpRequest& /*request*/) override { return {}; }
  std::optional<std::string> line(std::string_view /*json*/) override { return std::nullopt; }

  [[nodiscard]] int left() const { return left_; }

  std::function<void()> when_patient;

 private:
  int left_;
};

class AwaitRequest : public ::testing::Test {
 protected:
  AwaitRequest() {
    std::array<int, 2> numbers{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()), 0);
    ours = Descriptor(numbers[0]);
    theirs = Descriptor(numbers[1]);
    stream.emplace(ours.number(), stop, limits);
  }

  StopSignal stop;
  const CurrentLimits limits{Limits{}};
  Descriptor ours;
  Descriptor theirs;
  std::optional<SocketStream> stream;
};

TEST_F(AwaitRequest, TellsTheConversationEachTimeThatItsTimeIsOver) {
  ImpatientConversation conversation(3);
  conversation.when_patient = [&] { ASSERT_EQ(::send(theirs.number(), "a\n", 2, MSG_NOSIGNAL), 2); };
  EXPECT_TRUE(await_request(*stream, conversation));
  EXPECT_EQ(conversation.left(), 0);
  EXPECT_EQ(stream->read_until("\n", 9).bytes, "a");
}

TEST_F(AwaitRequest, TellsItNothingWhenARequestIsThere) {
  ImpatientConversation conversation(1);
  ASSERT_EQ(::send(theirs.number(), "a\nb\n", 4, MSG_NOSIGNAL), 4);
  EXPECT_TRUE(await_request(*stream, conversation));
  EXPECT_EQ(stream->read_until("\n", 9).bytes, "a");
  EXPECT_TRUE(await_request(*stream, conversation));
  EXPECT_EQ(conversation.left(), 1);
}

TEST_F(AwaitRequest, EndsWithTheConnection) {
  ImpatientConversation conversation(2);
  conversation.when_patient = [&] { theirs = Descriptor(); };
  EXPECT_FALSE(await_request(*stream, conversation));
  EXPECT_EQ(conversation.left(), 0);
}

TEST_F(AwaitRequest, EndsWhenTheServiceStops) {
  ImpatientConversation conversation(2);
  conversation.when_patient = [&] { stop.raise(); };
  EXPECT_FALSE(await_request(*stream, conversation));
}

}  // namespace
}  // namespace mxbalance::listen
