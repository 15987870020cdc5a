// Ends statements of one connection that do not end by themselves, as a query of a view that calls itself for
// ever. One thread at a time; the time at which all end may be set by any.
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

  /// Watches the connection `handle`, which must not outlive this object.
  explicit QueryLimit(sqlite3* handle);
  ~QueryLimit() = default;
  QueryLimit(const QueryLimit&) = delete;
  QueryLimit& operator=(const QueryLimit&) = delete;

  /// What runs for longer than `longest` from now on is ended: SQLITE_INTERRUPT.
  void allow(std::chrono::milliseconds longest);

  /// As above, where some of `longest` has gone by already: until `end`.
  void allow(std::chrono::milliseconds longest, Time end);

  /// As allow(), anew for each statement that begins.
  void allow_each(std::chrono::milliseconds longest);
  void statement_begins();

  /// Nothing is ended any more.
  void lift();

  /// At this time everything is ended, too; it must outlive this object.
  void end_all_by(const EndOfAll& time) { end_of_all_ = &time; }

  /// As above, of the connections to one file, which may be replaced.
  void end_by(std::shared_ptr<const EndOfAll> time) { end_of_file_ = std::move(time); }

  /// Why the last one was ended, as a sentence.
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
