// The limits of one request in memory and time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "db/base/memory_budget.h"

namespace mxbalance::listen {

struct Limits {
  /// The longest HTTP body, and the longest line of a Unix socket, in bytes.
  std::size_t max_body = std::size_t{1} << 20U;
  /// The time from the first byte of a request to its last one. It is also the time for which a client may take no
  /// byte of its reply. Between requests, a connection may be silent for any time.
  std::chrono::milliseconds request_time{10'000};
  /// The memory for requests beyond what each connection may use without asking.
  std::shared_ptr<db::MemoryBudget> memory = std::make_shared<db::MemoryBudget>();
};

/// Limits that may be changed while connections are open. Safe from any thread.
class CurrentLimits {
 public:
  explicit CurrentLimits(const Limits& limits)
      : max_body_(limits.max_body), request_time_(limits.request_time), memory_(limits.memory) {}

  /// Changes all limits except `memory`, whose size is changed in the budget itself.
  void change(const Limits& limits) {
    max_body_ = limits.max_body;
    request_time_ = limits.request_time;
  }
  [[nodiscard]] std::size_t max_body() const { return max_body_; }
  [[nodiscard]] std::chrono::milliseconds request_time() const { return request_time_; }
  [[nodiscard]] const std::shared_ptr<db::MemoryBudget>& memory() const { return memory_; }

 private:
  std::atomic<std::size_t> max_body_;
  std::atomic<std::chrono::milliseconds> request_time_;
  const std::shared_ptr<db::MemoryBudget> memory_;
};

/// The longest request that is read in pieces, in bytes. Such a request is never in memory as a whole.
inline constexpr std::size_t max_piecemeal = std::size_t{64} << 20U;

/// Bytes of requests that a connection may keep without asking the memory budget.
inline constexpr std::size_t input_of_its_own = std::size_t{32} << 10U;

/// The longest HTTP request line with its header, in bytes.
inline constexpr std::size_t max_request_head = std::size_t{64} << 10U;

}  // namespace mxbalance::listen
