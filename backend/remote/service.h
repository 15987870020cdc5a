// What all sessions share: the store, the draws and the log; and the methods of the protocol. Safe from any
// thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/logger.h>

#include "backend/answer/draw.h"
#include "backend/remote/request.h"
#include "db/database.h"
#include "db/model.h"

namespace mxbalance::remote {

/// The method must fail as an error of the protocol: HTTP 500, or a closed connection. PowerDNS then answers
/// SERVFAIL, which senders retry.
class MethodFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Service {
 public:
  struct Options {
    std::string url_suffix;  ///< PowerDNS's option url-suffix
  };

  /// `database` must outlive the service; `seed` decides where draws start.
  Service(db::Database& database, std::uint64_t seed, std::shared_ptr<spdlog::logger> log, Options options);

  /// The reply to one request: JSON text. Throws BadRequest, UnknownMethod and MethodFailure.
  std::string call(const Request& request);

  const Options& options() const { return options_; }

  /// Logs what a session refused, with the request's beginning.
  void note_refusal(std::string_view problem, std::string_view request);

 private:
  std::string dispatch(const Request& request);
  std::string lookup(const Parameters& parameters);
  std::string list(const Parameters& parameters);
  std::string all_domains();
  std::string domain_info(const Parameters& parameters);
  std::string all_metadata(const Parameters& parameters);
  std::string metadata(const Parameters& parameters);
  std::string not_there_yet(std::string_view method);

  void read(const std::function<void(db::Connection&)>& work);
  void note_defects(const std::vector<db::RowDefect>& defects);
  bool is_first(std::string message);

  db::Database& database_;
  answer::DrawTable draws_;
  std::shared_ptr<spdlog::logger> log_;
  Options options_;
  std::atomic<bool> store_failed_ = false;
  std::mutex noted_mutex_;
  std::set<std::string> noted_;  ///< what was logged once and is not logged again
};

}  // namespace mxbalance::remote
