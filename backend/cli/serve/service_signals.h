// The signals to a running service: to stop, or to read its configuration again. Other signals that would end the
// process silently are received, too. One thread waits for them.
#pragma once

#include <csignal>

namespace mxbalance::cli {

class ServiceSignals {
 public:
  /// Blocks the signals for all threads. Must be called before any thread is started, because threads inherit the
  /// signal mask.
  ServiceSignals();

  enum class Meaning {
    stop,        ///< SIGTERM, SIGINT
    read_again,  ///< SIGHUP
    none,
  };
  struct Signal {
    Meaning meaning = Meaning::none;
    int number = 0;
  };

  /// Waits for the next signal.
  Signal wait() const;

 private:
  sigset_t signals_{};
};

}  // namespace mxbalance::cli
