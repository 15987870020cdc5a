#include "backend/cli/serve/service_signals.h"

#include <array>

namespace mxbalance::cli {

namespace {

/// Signals that end the process by default. SIGQUIT and the signals of faults are not among them, because they
/// must write a core file.
constexpr std::array ended_by = {SIGTERM, SIGINT,    SIGHUP,  SIGUSR1, SIGUSR2,  SIGALRM,
                                 SIGPROF, SIGVTALRM, SIGPOLL, SIGPWR,  SIGSTKFLT};

}  // namespace

ServiceSignals::ServiceSignals() {
  sigemptyset(&signals_);
  for (const int signal : ended_by)
    sigaddset(&signals_, signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal)
    sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // The failed write itself reports that nobody reads, or that a file has reached its largest size.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
}

ServiceSignals::Signal ServiceSignals::wait() const {
  int number = 0;
  sigwait(&signals_, &number);
  switch (number) {
    case SIGTERM:
    case SIGINT:
      return {Meaning::stop, number};
    case SIGHUP:
      return {Meaning::read_again, number};
    default:
      return {Meaning::none, number};
  }
}

}  // namespace mxbalance::cli
