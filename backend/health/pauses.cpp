#include "backend/health/pauses.h"

#include <ctime>
#include <utility>

namespace mxbalance::health {

namespace {

std::chrono::nanoseconds reading_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Pauses::Moment Pauses::Moment::now() {
  return {reading_of(CLOCK_BOOTTIME), reading_of(CLOCK_THREAD_CPUTIME_ID)};
}

std::chrono::nanoseconds Pauses::look(const Moment& now, std::chrono::milliseconds asked) {
  const Moment last = std::exchange(last_, now).value_or(now);
  const auto passed = now.passed - last.passed;
  return passed - (now.worked - last.worked) - asked > least ? passed : std::chrono::nanoseconds{0};
}

}  // namespace mxbalance::health
