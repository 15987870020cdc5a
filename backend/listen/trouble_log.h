// Logs problems of connections with a limited number of lines: a client that repeats an error does not fill the
// disk. Safe from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "db/base/log_limits.h"

namespace spdlog {
class logger;
}

namespace mxbalance::listen {

enum class Trouble {
  connection_limit,
  failed_accept,
  failed_thread,
  failed_conversation,
  broken_request,
  slow_request,
  oversized_request,
  foreign_client,
  lost_socket_file,
};

class TroubleLog {
 public:
  /// Null: the default logger.
  explicit TroubleLog(std::shared_ptr<spdlog::logger> logger);

  /// Logs `sentence` as a warning, unless this kind of problem was logged within the last minute and over() was
  /// not called since. The next line says how many were not logged. `where` is the listener, if each listener has
  /// its own episodes.
  void report(Trouble trouble, std::string_view sentence, const std::string& where = "");

  /// Ends the episode: the next problem of this kind is logged at once.
  void over(Trouble trouble, const std::string& where = "");

  /// Logs an event as a warning, each time.
  void tell(std::string_view sentence);

 private:
  std::shared_ptr<spdlog::logger> logger_;
  std::mutex mutex_;
  std::map<std::pair<Trouble, std::string>, db::LineLimit> limits_;
};

}  // namespace mxbalance::listen
