// Logs single requests: each refusal, and lasting problems once. A client that repeats an error does not fill the
// disk. Safe from any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include <spdlog/logger.h>

#include "db/base/log_limits.h"

namespace mxbalance::remote {

class ServiceLog {
 public:
  /// The most lines of one kind in a minute. One line says that others are left out, and a later one says how
  /// many.
  static constexpr std::size_t most_a_minute = 30;

  enum class Kind {
    bad_request,  ///< not a request of the protocol, or unreadable within a transaction
    refused,      ///< a refused write
    left_out,     ///< a row of the store that is left out of answers
    failed,       ///< PowerDNS answers SERVFAIL
    failed_poll,  ///< a failed background poll, which is answered all the same
  };

  explicit ServiceLog(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

  /// Logs an event, each time.
  void tell(Kind kind, std::string_view sentence);

  /// Logs a lasting problem: when it begins, each hour, and when it begins again (db::LastingTroubles).
  void tell_once(Kind kind, std::string_view sentence);

 private:
  void write(Kind kind, std::string_view sentence, db::LogTime now);

  std::shared_ptr<spdlog::logger> log_;
  std::mutex mutex_;
  std::map<Kind, db::LineLimit> limits_;
  db::LastingTroubles lasting_;
};

}  // namespace mxbalance::remote
