// What people and supervisors tell a running service by signals: to stop, or to read its configuration again.
// Others that would end it without a word are heard, too. One thread waits.
#pragma once

#include <csignal>

namespace mxbalance::cli {

class ServiceSignals {
 public:
  /// Takes the signals out of every thread's hands. Before any thread is started: threads inherit what is blocked.
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

  /// Waits for the next one.
  Signal wait() const;

 private:
  sigset_t signals_{};
};

}  // namespace mxbalance::cli
