// Detects when this process did not run: it was suspended or frozen, or the machine slept. A time limit that
// passed meanwhile then says nothing about a server. Pure values; time is an argument. One thread.
#pragma once

#include <chrono>
#include <optional>

namespace mxbalance::health {

class Pauses {
 public:
  struct Moment {
    std::chrono::nanoseconds passed{};  ///< a clock that also counts while the machine sleeps
    std::chrono::nanoseconds worked{};  ///< CPU time of this thread

    static Moment now();
  };

  /// A shorter pause is a busy machine. The time limit of a probe allows for it.
  static constexpr std::chrono::milliseconds least{500};

  /// The thread has waited for at most `asked` since the last call. Returns the time since that call if this
  /// process did not run in between; 0: it did run.
  std::chrono::nanoseconds look(const Moment& now, std::chrono::milliseconds asked);

 private:
  std::optional<Moment> last_;
};

}  // namespace mxbalance::health
