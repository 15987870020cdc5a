// Limits how many threads do a kind of work at once. Other threads wait for their turn, for a limited time. Safe
// from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace mxbalance::remote {

class Turns {
 public:
  explicit Turns(unsigned most = 1) : free_(most) {}

 private:
  friend class Turn;

  std::mutex mutex_;
  std::condition_variable freed_;
  unsigned free_;
};

/// A turn, held until this object is destroyed.
class Turn {
 public:
  /// Waits for the turn, for at most `patience`.
  Turn(Turns& turns, std::chrono::milliseconds patience) : turns_(turns) {
    std::unique_lock lock(turns_.mutex_);
    has_come_ = turns_.freed_.wait_for(lock, patience, [this] { return turns_.free_ > 0; });
    if (has_come_) --turns_.free_;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (!has_come_) return;
    {
      const std::lock_guard lock(turns_.mutex_);
      ++turns_.free_;
    }
    turns_.freed_.notify_one();
  }

  [[nodiscard]] bool has_come() const { return has_come_; }

 private:
  Turns& turns_;
  bool has_come_ = false;
};

}  // namespace mxbalance::remote
