// How often a log is told what recurs, so that it fills no disk and yet misses nothing that is new. Pure: the time
// is an argument. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mxbalance::db {

using LogTime = std::chrono::steady_clock::time_point;

/// Lines of one kind: so many within a minute that begins with the first of them. The others are counted.
class LineLimit {
 public:
  explicit LineLimit(std::size_t most_a_minute) : most_(most_a_minute) {}

  struct Verdict {
    bool is_told = true;
    bool is_first_left_out = false;  ///< within the minute
    std::size_t left_out = 0;        ///< how many were not told in the minute before; said once
  };

  /// What becomes of a line at `now`, which does not go back.
  Verdict take(LogTime now);

 private:
  std::size_t most_;
  std::size_t taken_ = 0;  ///< within the minute
  LogTime begin_;
};

/// Troubles that last, each a sentence. One is told when it is met first, each hour while it is met again and
/// again, and anew when it comes back after it was not met for a while.
class LastingTroubles {
 public:
  /// After at least this time, and at most twice as long, without being met a trouble is over.
  static constexpr std::chrono::minutes pause{10};
  static constexpr std::chrono::hours reminder{1};
  /// Bounds the memory: of more troubles at a time than twice as many, some are told more often.
  static constexpr std::size_t most_kept = 10000;

  /// Whether `trouble`, which is met at `now`, is to be told.
  bool is_due(std::string_view trouble, LogTime now);

 private:
  using ToldAt = std::map<std::string, LogTime, std::less<>>;

  void forget_ended(LogTime now);

  ToldAt met_;         ///< since begin_
  ToldAt met_before_;  ///< in the time before that, and not since
  LogTime begin_;
};

}  // namespace mxbalance::db
