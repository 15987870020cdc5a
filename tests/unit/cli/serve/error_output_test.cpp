#include "backend/cli/serve/error_output.h"

#include <array>
#include <csignal>
#include <memory>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mxbalance::cli {
namespace {

/// Both ends of what a log goes through: its reader's in front.
class LogReaders : public ::testing::TestWithParam<bool> {
 protected:
  LogReaders() {
    EXPECT_EQ(GetParam() ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) : ::pipe(ends_.data()), 0);
    log_ = std::make_unique<spdlog::logger>("test", std::make_shared<ErrorOutput>(ends_[1]));
    log_->set_pattern("%l %v");
  }
  ~LogReaders() override {
    for (const int end : ends_)
      ::close(end);
  }

  /// All that was written up to now.
  std::string read() {
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 65536> piece{};
    for (auto size = ::read(ends_[0], piece.data(), piece.size()); size > 0;
         size = ::read(ends_[0], piece.data(), piece.size()))
      text.append(piece.data(), static_cast<std::size_t>(size));
    return text;
  }

  std::array<int, 2> ends_{};
  std::unique_ptr<spdlog::logger> log_;
};

TEST_P(LogReaders, GetEachLine) {
  log_->info("one");
  log_->warn(std::string(10000, 'x'));
  EXPECT_EQ(read(), "info one\nwarning " + std::string(10000, 'x') + "\n");
}

TEST_P(LogReaders, ThatHaveStoppedReadingAreNotWaitedFor) {
  constexpr int lines = 2000;
  for (int line = 0; line < lines; ++line)
    log_->info(std::string(1000, 'x'));
  const std::string taken = read();
  log_->info("read again");
  const std::string after = read();
  const auto note = after.find("warning of the log, ");
  ASSERT_NE(note, std::string::npos) << after;
  const auto missing = std::stoul(after.substr(note + 20));
  EXPECT_GT(missing, 0U);
  const std::string whole_line = "info " + std::string(1000, 'x') + "\n";
  EXPECT_EQ(taken.size() / whole_line.size() + missing, static_cast<std::size_t>(lines));
  EXPECT_TRUE(after.ends_with(" lines are missing here: nobody read it\ninfo read again\n")) << after;
}

TEST_P(LogReaders, ThatAreGoneEndNothing) {
  ::close(ends_[0]);
  ends_[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  for (int line = 0; line < 100; ++line)
    log_->info("nobody reads this");
  std::signal(SIGPIPE, before);
}

INSTANTIATE_TEST_SUITE_P(OfPipesAndSockets, LogReaders, ::testing::Bool());

}  // namespace
}  // namespace mxbalance::cli
