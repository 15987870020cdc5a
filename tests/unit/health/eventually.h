// Waits for what other threads bring about.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace mxbalance::health::testing {

/// False: it does not hold after 20 seconds.
inline bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace mxbalance::health::testing
