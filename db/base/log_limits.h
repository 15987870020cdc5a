// Limits how often a recurring message is logged, so that it does not fill the disk and no new message is lost.
// Pure: the time is an argument. Used by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mxbalance::db {

using LogTime = std::chrono::steady_clock::time_point;

/// Limits the lines of one kind in a minute. The minute begins with its first line. The lines above the limit are
/// counted.
class LineLimit {
 public:
  explicit LineLimit(std::size_t most_a_minute) : most_(most_a_minute) {}

  struct Verdict {
    bool is_told = true;
    bool is_first_left_out = false;  ///< the first line in this minute that is not logged
    std::size_t left_out = 0;        ///< how many lines of the last minute were not logged; set once
  };

  /// Decides whether a line is logged at `now`. The time must not go back.
  Verdict take(LogTime now);

 private:
  std::size_t most_;
  std::size_t taken_ = 0;  ///< within this minute
  LogTime begin_;
};

/// Lasting problems, each a sentence. A problem is logged when it first occurs, each hour while it occurs again,
/// and when it occurs again after a pause.
class LastingTroubles {
 public:
  /// A problem is over when it has not occurred for this time; at the latest after twice this time.
  static constexpr std::chrono::minutes pause{10};
  static constexpr std::chrono::hours reminder{1};
  /// Limits the memory. With more than twice as many problems at a time, some are logged more often.
  static constexpr std::size_t most_kept = 10000;

  /// Whether `trouble`, which occurs at `now`, must be logged.
  bool is_due(std::string_view trouble, LogTime now);

 private:
  using ToldAt = std::map<std::string, LogTime, std::less<>>;

  void forget_ended(LogTime now);

  ToldAt met_;         ///< problems that occurred since begin_
  ToldAt met_before_;  ///< problems that occurred in the period before, and not since
  LogTime begin_;
};

}  // namespace mxbalance::db
