// How much one request may take, of memory and of time.
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
  /// From a request's first byte to its last; also how long a peer may take nothing of its reply. Between requests
  /// a connection may be silent for ever.
  std::chrono::milliseconds request_time{10'000};
  /// For what requests take above the part that each connection has of its own.
  std::shared_ptr<db::MemoryBudget> memory = std::make_shared<db::MemoryBudget>();
};

/// Limits that may change while connections obey them. Safe from any thread.
class CurrentLimits {
 public:
  explicit CurrentLimits(const Limits& limits)
      : max_body_(limits.max_body), request_time_(limits.request_time), memory_(limits.memory) {}

  /// All but the budget of memory, which changes by itself.
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

/// The longest request that is read in pieces, and so is never in memory as a whole, in bytes.
inline constexpr std::size_t max_piecemeal = std::size_t{64} << 20U;

/// What a connection may keep of requests outside of the budget, in bytes.
inline constexpr std::size_t input_of_its_own = std::size_t{32} << 10U;

/// The longest HTTP request line with its header, in bytes.
inline constexpr std::size_t max_request_head = std::size_t{64} << 10U;

}  // namespace mxbalance::listen
