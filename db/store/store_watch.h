// What people are told of a store that a service keeps: once an episode that it cannot be written, and that its
// log grows, and when that is over. Pure: the time is an argument. One thread at a time.
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

  /// What fails for less time may be another program that has locked the store.
  static constexpr std::chrono::seconds patience{10};

  /// `path` is what the store is called.
  StoreWatch(std::string path, Tell tell) : path_(std::move(path)), tell_(std::move(tell)) {}

  /// To be called about each second with one of these. `is_certain`: it will not pass by itself.
  void could_not_write(const std::string& why, bool is_certain, Time now);
  void could_write();

  /// The danger_of_other_names(), or none.
  void saw_names(const std::optional<std::string>& danger, Time now);

  /// After the log was taken over as far as possible.
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
