// What the service tells its log about single requests: each refusal, and once what lasts. A peer that repeats its
// fault fills no disk. Safe from any thread.
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
  /// Of a kind, at most so many lines a minute. One line says that others are left out, a later one how many.
  static constexpr std::size_t most_a_minute = 30;

  enum class Kind {
    bad_request,  ///< what is no request of the protocol, or cannot be read in a transaction
    refused,      ///< a write that is refused
    left_out,     ///< a row of the store that is left out of answers
    failed,       ///< what PowerDNS answers SERVFAIL for
    failed_poll,  ///< a background poll that fails and is answered all the same
  };

  explicit ServiceLog(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

  /// Tells what happened, each time.
  void tell(Kind kind, std::string_view sentence);

  /// Tells what holds on: at first, each hour, and anew when it comes back (db::LastingTroubles).
  void tell_once(Kind kind, std::string_view sentence);

 private:
  void write(Kind kind, std::string_view sentence, db::LogTime now);

  std::shared_ptr<spdlog::logger> log_;
  std::mutex mutex_;
  std::map<Kind, db::LineLimit> limits_;
  db::LastingTroubles lasting_;
};

}  // namespace mxbalance::remote
