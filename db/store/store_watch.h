// Decides which messages a service logs about its store: that it cannot be written, that it has several names,
// that its write-ahead log grows, and when each of these is over. Each is logged once when it begins and once when
// it ends. Has no clock of its own: the time is an argument. Used by one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "db/store/log_backlog.h"

namespace mxbalance::db {

class StoreWatch {
 public:
  using Time = std::chrono::system_clock::time_point;
  enum class Importance { news, trouble };
  using Tell = std::function<void(Importance, const std::string&)>;

  /// A failure is reported after this time. A shorter one may be another program that has locked the store.
  static constexpr std::chrono::seconds patience{10};

  /// `path` is the name of the store in messages.
  StoreWatch(std::string path, Tell tell) : path_(std::move(path)), tell_(std::move(tell)) {}

  /// Call one of these two about each second. `is_certain`: the failure will not pass by itself.
  void could_not_write(const std::string& why, bool is_certain, Time now);
  void could_write();

  /// `danger` is the result of danger_of_other_names().
  void saw_names(const std::optional<std::string>& danger, Time now);

  /// Call it after each checkpoint, with what is still in the log.
  void saw_log(const LogBacklog& log, Time now);

 private:
  std::string path_;
  Tell tell_;
  std::optional<Time> failing_since_;
  bool has_told_failure_ = false;
  std::optional<Time> in_danger_since_;
  bool has_told_danger_ = false;
  std::optional<Time> waiting_since_;
  std::int64_t told_size_ = 0;
};

}  // namespace mxbalance::db
