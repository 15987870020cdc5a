#include "backend/cli/serve/error_output.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mxbalance::cli {

namespace {

/// A reader that is only slow catches up in this time. Others that log wait meanwhile, once an episode.
constexpr std::chrono::milliseconds patience{100};

bool is_socket(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

ErrorOutput::ErrorOutput(int descriptor) : descriptor_(descriptor), is_socket_(is_socket(descriptor)) {}

void ErrorOutput::sink_it_(const spdlog::details::log_msg& message) {
  if (left_out_ > 0) {
    const std::string note =
        "of the log, " + std::to_string(left_out_) + " lines are missing here: nobody read it";
    if (!put({message.time, {}, message.logger_name, spdlog::level::warn, note})) {
      ++left_out_;
      return;
    }
    left_out_ = 0;
  }
  if (!put(message)) ++left_out_;
}

bool ErrorOutput::put(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  if (is_in_a_line_) line.push_back('\n');
  formatter_->format(message, line);
  return put({line.data(), line.size()});
}

/// False: it was not taken, or not whole. An output that is closed or broken takes all.
bool ErrorOutput::put(std::string_view line) {
  while (!line.empty()) {
    if (!is_ready()) return false;
    const auto written = write_some(line);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno != EAGAIN;
    line.remove_prefix(static_cast<std::size_t>(written));
    is_in_a_line_ = !line.empty();
  }
  return true;
}

bool ErrorOutput::is_ready() const {
  pollfd polled{descriptor_, POLLOUT, 0};
  const auto wait = left_out_ > 0 ? std::chrono::milliseconds::zero() : patience;
  return ::poll(&polled, 1, static_cast<int>(wait.count())) != 0;
}

/// A pipe that is ready takes PIPE_BUF bytes without a wait (POSIX, write()).
std::ptrdiff_t ErrorOutput::write_some(std::string_view bytes) const {
  const std::size_t size = std::min<std::size_t>(bytes.size(), PIPE_BUF);
  return is_socket_ ? ::send(descriptor_, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                    : ::write(descriptor_, bytes.data(), size);
}

}  // namespace mxbalance::cli
