// What all sessions share, and what all methods do with it: read the store, leave out rows, fail, refuse. The
// methods are in methods.h. Safe from any thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/logger.h>

#include "backend/answer/draw.h"
#include "backend/remote/service_log.h"
#include "backend/remote/turns.h"
#include "db/base/memory_budget.h"
#include "db/lookup/contents_cache.h"
#include "db/lookup/health_reports.h"
#include "db/lookup/model.h"
#include "db/lookup/zone_orders.h"
#include "db/store/database.h"
#include "db/zones/transfers.h"

namespace mxbalance::remote {

/// The method fails with an error of the protocol: HTTP 500, or a closed connection. PowerDNS then answers
/// SERVFAIL, and senders try again.
class MethodFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Service {
  struct Options {
    std::string url_suffix;  ///< PowerDNS's option url-suffix
    bool read_only = false;  ///< methods that write are refused
    /// The memory for requests, replies and transactions beyond what each may use without asking.
    std::shared_ptr<db::MemoryBudget> memory = std::make_shared<db::MemoryBudget>();
    std::size_t max_cached = db::ContentsCache::usual_size;               ///< bytes of the lookup cache
    std::function<std::string()> probing = [] { return std::string(); };  ///< which service probes, in words
  };

  /// `store` and `unwritten` must outlive the service. `seed` sets the first draws.
  Service(db::Database& store, const db::HealthReports& unwritten, std::uint64_t seed,
          std::shared_ptr<spdlog::logger> logger, Options chosen);

  db::Database& database;
  const db::HealthReports& reports;  ///< the health that is not written yet
  const std::shared_ptr<spdlog::logger> log;
  const Options options;
  ServiceLog requests_log;
  db::ZoneOrders orders;
  db::ContentsCache contents;
  answer::DrawTable draws;
  std::atomic<bool> store_failed = false;

  // The turns leave some read connections free for lookups.
  const unsigned most_long_reads;  ///< most requests at one time that read much of the store
  Turns long_turns;
  Turns order_turns;                 ///< for requests that derive the order of a zone
  std::array<Turns, 32> zone_turns;  ///< for requests that wait for one zone's order, without a connection

  std::mutex walks_mutex;  ///< guards the walks
  db::ZoneWalk notify_walk;
  db::ZoneWalk refresh_walk;
};

/// How long a request waits for its turn. Less than a second together with the budget's patience: PowerDNS gives
/// up after two seconds.
inline constexpr std::chrono::milliseconds patience_for_turn{300};

/// Reads the store, and logs when it can be read again after a failure. Throws db::StoreFailure.
void read(Service& service, const std::function<void(db::Connection&)>& work);

/// Runs `work`, which reads the store and may need the order of a zone. If the order is not kept, one of the
/// requests that need it derives it. The others wait without a read connection. All of them accept an order of a
/// snapshot after their request, because edits may be faster than deriving an order. Throws MemoryShortage when
/// that takes too long, and db::StoreFailure.
void read_in_order(Service& service, const std::function<void(const db::OrderTerms&)>& work);

/// Logs once which rows are left out of answers.
void note_defects(Service& service, const std::vector<db::RowDefect>& defects);
db::DefectReport defect_log(Service& service);

/// Logs a request that a session has refused, with its beginning.
void note_refusal(Service& service, std::string_view problem, std::string_view request);

/// Throws MemoryShortage, and logs once that `what` is refused.
[[noreturn]] void refuse_for_now(Service& service, const std::string& what, const std::string& why);

/// Throws `problem` as MethodFailure, and logs it once.
[[noreturn]] void fail(Service& service, const std::string& problem);

}  // namespace mxbalance::remote
