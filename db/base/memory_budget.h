// How many bytes requests, replies and open transactions may hold, those of all connections together: anybody who
// may connect can send what takes memory, and must not take the machine's.
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
  /// For so long a request waits for memory, all its waits together. PowerDNS gives up after two seconds.
  static constexpr std::chrono::milliseconds patience{600};

  /// `tell` is called when something is refused, at most once a minute.
  explicit MemoryBudget(std::size_t bytes = usual_size, Tell tell = {});

  [[nodiscard]] std::size_t size() const { return bytes_; }
  /// What is taken already stays.
  void change_size(std::size_t bytes);
  [[nodiscard]] std::size_t taken() const;

 private:
  friend class MemoryShare;
  using Clock = std::chrono::steady_clock;

  void take_anyhow(std::size_t bytes);
  /// Waits until `until` for that much. False: it is not there.
  bool take(std::size_t bytes, Clock::time_point until);
  void give_back(std::size_t bytes);
  /// What was freed goes back to the system after a time of much use, not only to this process.
  bool is_to_be_trimmed();
  [[noreturn]] void refuse();

  std::atomic<std::size_t> bytes_;  ///< changes under mutex_, for those that wait
  const Tell tell_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t taken_ = 0;  // guarded by mutex_, as the next
  std::size_t waiting_ = 0;
  std::size_t most_taken_ = 0;  ///< since the last trim
  LineLimit told_{1};
};

/// Allocations of so many bytes are mapped, from set_up_heap() on, and go back to the system when they are freed.
inline constexpr std::size_t mapped_from = std::size_t{128} << 10U;

/// To be called once, at the start. malloc would raise its limit with what it meets, and keep what many
/// connections have had at once.
void set_up_heap();

/// What one holder has of a budget; it goes back with the holder. One thread at a time.
class MemoryShare {
 public:
  /// The first `free` bytes are the holder's own, outside of the budget.
  MemoryShare(std::shared_ptr<MemoryBudget> budget, std::size_t free) : budget_(std::move(budget)), free_(free) {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { release(); }

  /// Makes the share at least `bytes`. Waits for memory, and throws MemoryShortage where there is none in time.
  void grow_to(std::size_t bytes);
  /// The same for what must not be refused; what it takes above the budget others lack.
  void grow_anyhow_to(std::size_t bytes);

  /// Makes it larger by `bytes`.
  void add(std::size_t bytes) { grow_to(used_ + bytes); }
  void add_anyhow(std::size_t bytes) { grow_anyhow_to(used_ + bytes); }
  /// Without waiting, for whoever holds what others wait for.
  void add_at_once(std::size_t bytes);

  void set_free(std::size_t bytes) { free_ = bytes; }

  /// Gives all back.
  void release();

 private:
  [[nodiscard]] std::size_t missing_to(std::size_t bytes);

  std::shared_ptr<MemoryBudget> budget_;
  std::size_t free_;
  std::size_t used_ = 0;                                       ///< asked for so far
  std::size_t taken_ = 0;                                      ///< of the budget
  std::optional<MemoryBudget::Clock::time_point> until_ = {};  ///< the end of its patience, once it has waited
};

}  // namespace mxbalance::db
