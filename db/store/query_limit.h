// Stops statements of one connection that take too long, such as a query of a view that never ends. Used by one
// thread at a time. Only the common end time (EndOfAll) may be set by any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

struct sqlite3;

namespace mxbalance::db {

class QueryLimit {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using EndOfAll = std::atomic<Time>;

  /// Watches the SQLite connection `handle`. The handle must be closed before this object is destroyed.
  explicit QueryLimit(sqlite3* handle);
  ~QueryLimit() = default;
  QueryLimit(const QueryLimit&) = delete;
  QueryLimit& operator=(const QueryLimit&) = delete;

  /// Stops whatever runs for longer than `longest` from now on, with SQLITE_INTERRUPT.
  void allow(std::chrono::milliseconds longest);

  /// Stops whatever runs at the time `end`. For a caller that has spent a part of `longest` already; reason()
  /// reports `longest`.
  void allow(std::chrono::milliseconds longest, Time end);

  /// Gives each statement that begins from now on its own limit of `longest`.
  void allow_each(std::chrono::milliseconds longest);
  void statement_begins();

  /// Removes the time limits that were set by allow() or allow_each().
  void lift();

  /// Stops everything at `time` as well. `time` must outlive this object.
  void end_all_by(const EndOfAll& time) { end_of_all_ = &time; }

  /// Stops everything at `time` as well. `time` is common to the connections to one file, which may be replaced.
  void end_by(std::shared_ptr<const EndOfAll> time) { end_of_file_ = std::move(time); }

  /// Why the last statement was stopped, as a sentence.
  std::string reason() const;

 private:
  bool is_over() const;
  static int ask(void* limit);

  std::chrono::milliseconds longest_{};
  bool is_for_each_ = false;
  Time end_ = Time::max();
  const EndOfAll* end_of_all_ = nullptr;
  std::shared_ptr<const EndOfAll> end_of_file_;
};

}  // namespace mxbalance::db
