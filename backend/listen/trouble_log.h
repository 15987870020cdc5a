// Logs what goes wrong with connections, and does not flood: a peer that repeats its fault fills no disk. Safe
// from any thread.
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

  /// Logs `sentence` as a warning, unless this kind of trouble was logged within the last minute and is not over
  /// since. What was not logged is counted in the next line. `where`: the listener that it is of, where each has
  /// episodes of its own.
  void report(Trouble trouble, std::string_view sentence, const std::string& where = "");

  /// Ends the episode: the next trouble of this kind there is logged at once.
  void over(Trouble trouble, const std::string& where = "");

  /// Logs what happened as a warning, each time.
  void tell(std::string_view sentence);

 private:
  std::shared_ptr<spdlog::logger> logger_;
  std::mutex mutex_;
  std::map<std::pair<Trouble, std::string>, db::LineLimit> limits_;
};

}  // namespace mxbalance::listen
