// Limits the bytes that requests, replies and open transactions of all connections hold together. Anybody who may
// connect can send requests that need memory, and must not use up the machine's memory.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include "db/base/log_limits.h"

namespace mxbalance::db {

/// There is no memory for a request now: HTTP 503, or a closed connection. what() is a sentence.
class MemoryShortage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Safe from any thread.
class MemoryBudget {
 public:
  using Tell = std::function<void(const std::string& sentence)>;

  static constexpr std::size_t usual_size = std::size_t{256} << 20U;
  /// The longest time that a request waits for memory, in total. PowerDNS gives up after two seconds.
  static constexpr std::chrono::milliseconds patience{600};

  /// `tell` is called when a request is refused, at most once a minute.
  explicit MemoryBudget(std::size_t bytes = usual_size, Tell tell = {});

  [[nodiscard]] std::size_t size() const { return bytes_; }
  /// Changes the size. Memory that is taken already stays taken.
  void change_size(std::size_t bytes);
  [[nodiscard]] std::size_t taken() const;

 private:
  friend class MemoryShare;
  using Clock = std::chrono::steady_clock;

  void take_anyhow(std::size_t bytes);
  /// Waits for `bytes` until `until`. Returns false when there is not so much.
  bool take(std::size_t bytes, Clock::time_point until);
  void give_back(std::size_t bytes);
  /// Whether free memory must be given back to the system now: after a time of much use, when little is used
  /// again.
  bool is_to_be_trimmed();
  [[noreturn]] void refuse();

  std::atomic<std::size_t> bytes_;  ///< changed with mutex_ held, because threads wait for it
  const Tell tell_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t taken_ = 0;  // the members below are guarded by mutex_, too
  std::size_t waiting_ = 0;
  std::size_t most_taken_ = 0;  ///< since the last trim
  LineLimit told_{1};
};

/// From set_up_heap() on, allocations of at least this many bytes are mapped. They go back to the system when they
/// are freed.
inline constexpr std::size_t mapped_from = std::size_t{128} << 10U;

/// Call it once, at the start. Otherwise malloc would raise its limit for mapped allocations, and keep the memory
/// that many connections have used at once.
void set_up_heap();

/// The part of a budget that one owner has taken. It goes back when this object is destroyed. Used by one thread
/// at a time.
class MemoryShare {
 public:
  /// The first `free` bytes are not counted in the budget.
  MemoryShare(std::shared_ptr<MemoryBudget> budget, std::size_t free) : budget_(std::move(budget)), free_(free) {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { release(); }

  /// Makes the share at least `bytes`. Waits for memory. Throws MemoryShortage where there is none in time.
  void grow_to(std::size_t bytes);
  /// Makes the share at least `bytes` without refusal, even above the budget's size. Other owners then have less.
  void grow_anyhow_to(std::size_t bytes);

  /// Makes the share larger by `bytes`.
  void add(std::size_t bytes) { grow_to(used_ + bytes); }
  void add_anyhow(std::size_t bytes) { grow_anyhow_to(used_ + bytes); }
  /// Makes the share larger by `bytes` without waiting. For an owner that holds what others wait for.
  void add_at_once(std::size_t bytes);

  void set_free(std::size_t bytes) { free_ = bytes; }

  /// Gives everything back.
  void release();

 private:
  [[nodiscard]] std::size_t missing_to(std::size_t bytes);

  std::shared_ptr<MemoryBudget> budget_;
  std::size_t free_;
  std::size_t used_ = 0;                                       ///< bytes in use
  std::size_t taken_ = 0;                                      ///< bytes taken from the budget
  std::optional<MemoryBudget::Clock::time_point> until_ = {};  ///< the end of its waiting time, once it has waited
};

}  // namespace mxbalance::db
