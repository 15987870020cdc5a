// Tells all threads of a listener to end, also threads that wait in poll(2). Safe from any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "backend/sockets/descriptor.h"

namespace mxbalance::listen {

class StopSignal {
 public:
  StopSignal();

  /// Raises the signal. It cannot be lowered again.
  void raise();
  [[nodiscard]] bool is_raised() const { return raised_; }

  /// Waits until the signal is raised, for at most `time`. Returns whether it is raised.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time) const;

  /// For poll(2): readable once the signal is raised.
  [[nodiscard]] int descriptor() const { return event_.number(); }

 private:
  Descriptor event_;
  std::atomic<bool> raised_ = false;
};

}  // namespace mxbalance::listen
