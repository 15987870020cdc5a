// Whether this process has run all the time. One that was stopped or frozen, or whose machine slept, has missed
// what came meanwhile: that a time is over then says nothing of others. Pure values; time is an argument. One
// thread.
#pragma once

#include <chrono>
#include <optional>

namespace mxbalance::health {

class Pauses {
 public:
  struct Moment {
    std::chrono::nanoseconds passed{};  ///< since whenever, also while the machine sleeps
    std::chrono::nanoseconds worked{};  ///< by this thread

    static Moment now();
  };

  /// A shorter one is a busy machine, and fits into the time that a probe has.
  static constexpr std::chrono::milliseconds least{500};

  /// The thread has waited for `asked` at the longest since the last call. Returns how long ago that was, if this
  /// process did not run in between; 0: it did.
  std::chrono::nanoseconds look(const Moment& now, std::chrono::milliseconds asked);

 private:
  std::optional<Moment> last_;
};

}  // namespace mxbalance::health
