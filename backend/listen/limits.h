// How much one request may take, of memory and of time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

namespace mxbalance::listen {

struct Limits {
  /// The longest HTTP body, and the longest line of a Unix socket, in bytes.
  std::size_t max_body = std::size_t{1} << 20U;
  /// From a request's first byte to its last; also how long a peer may take nothing of its reply. Between requests
  /// a connection may be silent for ever.
  std::chrono::milliseconds request_time{10'000};
};

/// Limits that may change while connections obey them. Safe from any thread.
class CurrentLimits {
 public:
  explicit CurrentLimits(const Limits& limits) : max_body_(limits.max_body), request_time_(limits.request_time) {}

  void change(const Limits& limits) {
    max_body_ = limits.max_body;
    request_time_ = limits.request_time;
  }
  [[nodiscard]] std::size_t max_body() const { return max_body_; }
  [[nodiscard]] std::chrono::milliseconds request_time() const { return request_time_; }

 private:
  std::atomic<std::size_t> max_body_;
  std::atomic<std::chrono::milliseconds> request_time_;
};

/// The longest HTTP request line with its header, in bytes.
inline constexpr std::size_t max_request_head = std::size_t{64} << 10U;

}  // namespace mxbalance::listen
