// Logs what goes wrong with connections, and does not flood: a peer that repeats its fault fills no disk. Safe
// from any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace spdlog {
class logger;
}

namespace mxbalance::listen {

enum class Trouble {
  connection_limit,
  failed_accept,
  failed_thread,
  failed_conversation,
  broken_request,
  slow_request,
  oversized_request,
  foreign_client,
};

class TroubleLog {
 public:
  /// Null: the default logger.
  explicit TroubleLog(std::shared_ptr<spdlog::logger> logger);

  /// Logs `sentence` as a warning, unless this kind of trouble was logged within the last minute and is not over
  /// since.
  void report(Trouble trouble, std::string_view sentence);

  /// Ends the episode: the next trouble of this kind is logged at once.
  void over(Trouble trouble);

 private:
  static constexpr std::size_t kinds = static_cast<std::size_t>(Trouble::foreign_client) + 1;

  std::shared_ptr<spdlog::logger> logger_;
  std::mutex mutex_;
  std::array<std::optional<std::chrono::steady_clock::time_point>, kinds> logged_;
};

}  // namespace mxbalance::listen
