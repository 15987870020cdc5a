// What all sessions share: the store, the draws, the log, and the methods of the protocol. The methods are in four
// files: service_reading.cpp, service_writing.cpp, service_dnssec.cpp, service_transfers.cpp. Safe from any
// thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <spdlog/logger.h>

#include "backend/answer/draw.h"
#include "backend/listen/byte_source.h"
#include "backend/protocol/reply_room.h"
#include "backend/protocol/request.h"
#include "backend/remote/open_transaction.h"
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

/// A write is refused: HTTP 400, or a closed connection. The service has logged it already.
class WriteRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The open transaction of a connection; absent: none is open.
using Transaction = std::optional<OpenTransaction>;

struct Method;

class Service {
 public:
  using Reply = std::string;
  using Handler = Reply (Service::*)(const Parameters&, Transaction&);
  /// For methods that read much of the store and have a reply of any length.
  using LongHandler = Reply (Service::*)(const Parameters&, Transaction&, ReplyRoom&);

  struct Options {
    std::string url_suffix;  ///< PowerDNS's option url-suffix
    bool read_only = false;  ///< methods that write are refused
    /// The memory for requests, replies and transactions beyond what each may use without asking.
    std::shared_ptr<db::MemoryBudget> memory = std::make_shared<db::MemoryBudget>();
    std::size_t max_cached = db::ContentsCache::usual_size;               ///< bytes of the lookup cache
    std::function<std::string()> probing = [] { return std::string(); };  ///< which service probes, in words
  };

  /// `database` and `reports` must outlive the service. `reports` is the health that is not written yet. `seed`
  /// sets the first draws.
  Service(db::Database& database, const db::HealthReports& reports, std::uint64_t seed,
          std::shared_ptr<spdlog::logger> log, Options options);

  /// The reply to one request on a connection with `transaction`: JSON text, as long as `room` allows. Throws
  /// BadRequest, UnknownMethod, MethodFailure and MemoryShortage. Throws WriteRefused for refused writes, and for
  /// reads within a transaction whose writes would be refused.
  std::string call(const Request& request, Transaction& transaction, ReplyRoom& room);

  /// The reply to a request that is read in pieces (is_read_in_pieces).
  std::string call(listen::ByteSource& source, Transaction& transaction, ReplyRoom& room);

  /// Drops `transaction`. Call it when the transaction had no request for too long.
  void expire(Transaction& transaction);

  const Options& options() const { return options_; }

  /// Changes these limits from now on.
  void change_limits(std::size_t max_memory, std::size_t max_cached) {
    options_.memory->change_size(max_memory);
    contents_.change_size(max_cached);
  }

  /// Logs a request that a session has refused, with its beginning.
  void note_refusal(std::string_view problem, std::string_view request);

  const std::shared_ptr<db::MemoryBudget>& memory() const { return options_.memory; }

 private:
  friend const Method* find_method(std::string_view name);

  /// Less than a second together with the budget's patience: PowerDNS gives up after two seconds.
  static constexpr std::chrono::milliseconds patience_for_turn{300};

  // service_calls.cpp

  Reply run(const Method& method, const Request& request, Transaction& transaction, ReplyRoom& room);
  Reply run_long(LongHandler handler, const Request& request, Transaction& transaction, ReplyRoom& room);
  Reply answer(const Method& method, const Request& request, Transaction& transaction, ReplyRoom& room);
  Reply write(std::string_view method, Transaction& transaction, const std::function<Reply()>& work);
  Reply poll(const Method& method, const Request& request, Transaction& transaction, ReplyRoom& room);

  // service_reading.cpp
  Reply lookup(const Parameters& parameters, Transaction& transaction);
  Reply answer_question(const Question& question, Transaction& transaction);
  Reply api_lookup(const Parameters& parameters, Transaction& transaction);
  void require_soa(const Question& question, const db::NameContents& contents, const Transaction& transaction);
  Reply list(const Parameters& parameters, Transaction& transaction, ReplyRoom& room);
  Reply all_domains(const Parameters& parameters, Transaction& transaction, ReplyRoom& room);
  Reply domain_info(const Parameters& parameters, Transaction& transaction);
  Reply all_metadata(const Parameters& parameters, Transaction& transaction);
  Reply metadata(const Parameters& parameters, Transaction& transaction);
  Reply tsig_key(const Parameters& parameters, Transaction& transaction);
  Reply tsig_keys(const Parameters& parameters, Transaction& transaction);
  Reply search_records(const Parameters& parameters, Transaction& transaction, ReplyRoom& room);
  Reply backend_command(const Parameters& parameters, Transaction& transaction, ReplyRoom& room);
  Reply initialize(const Parameters& parameters, Transaction& transaction);

  // service_writing.cpp
  Reply start_transaction(const Parameters& parameters, Transaction& transaction);
  Reply feed_record(const Parameters& parameters, Transaction& transaction);
  Reply feed_nonterminals(const Parameters& parameters, Transaction& transaction);
  Reply replace_rrset(const Parameters& parameters, Transaction& transaction);
  Reply replace_long_rrset(listen::ByteSource& source, Transaction& transaction, ReplyRoom& room);
  db::ZoneTransaction begun_in(const Parameters& parameters, const Transaction& transaction);
  Reply commit(const Parameters& parameters, Transaction& transaction);
  Reply abort(const Parameters& parameters, Transaction& transaction);
  Reply set_metadata(const Parameters& parameters, Transaction& transaction);
  Reply set_tsig_key(const Parameters& parameters, Transaction& transaction);
  Reply remove_tsig_key(const Parameters& parameters, Transaction& transaction);
  db::Zone require_zone(const Parameters& parameters, std::string_view name_parameter, bool by_id);
  static bool is_in(const Transaction& transaction, const db::Zone& zone);
  void write_beside_records(const db::Zone& zone, Transaction& transaction, db::ZoneWrite write);
  static void write_zone(db::Connection& connection, const db::ZoneTransaction& writes);
  /// Reads the store as it would be after the commit of `transaction`.
  void read_staged(OpenTransaction& transaction, const std::function<void(db::Connection&)>& work);

  // service_dnssec.cpp
  Reply keys(const Parameters& parameters, Transaction& transaction);
  Reply add_key(const Parameters& parameters, Transaction& transaction);
  Reply remove_key(const Parameters& parameters, Transaction& transaction);
  Reply activate_key(const Parameters& parameters, Transaction& transaction);
  Reply deactivate_key(const Parameters& parameters, Transaction& transaction);
  Reply publish_key(const Parameters& parameters, Transaction& transaction);
  Reply unpublish_key(const Parameters& parameters, Transaction& transaction);
  Reply write_key(const Parameters& parameters, Transaction& transaction, db::ZoneWrite write);
  Reply neighbours(const Parameters& parameters, Transaction& transaction);

  // service_transfers.cpp
  Reply zones_to_notify(const Parameters& parameters, Transaction& transaction);
  Reply set_notified(const Parameters& parameters, Transaction& transaction);
  Reply zones_to_refresh(const Parameters& parameters, Transaction& transaction);
  Reply set_fresh(const Parameters& parameters, Transaction& transaction);
  Reply set_stale(const Parameters& parameters, Transaction& transaction);
  Reply find_autoprimary(const Parameters& parameters, Transaction& transaction);
  Reply add_secondary(const Parameters& parameters, Transaction& transaction);

  std::shared_ptr<const db::NameContents> contents_at(std::int64_t zone_id, const std::string& name,
                                                      Transaction& transaction);
  std::shared_ptr<const db::NameContents> for_transfer(std::shared_ptr<const db::NameContents> contents);
  void read(const std::function<void(db::Connection&)>& work);
  void watch_store(const std::function<void()>& work);
  void read_in_order(const std::function<void(const db::OrderTerms&)>& work);
  void note_defect(const db::RowDefect& defect);
  void note_defects(const std::vector<db::RowDefect>& defects);
  db::DefectReport defect_log();
  /// Throws MemoryShortage, and logs once that `what` is refused.
  [[noreturn]] void refuse_for_now(const std::string& what, const std::string& why);
  [[noreturn]] void refuse_for_order(std::int64_t zone_id);
  /// Throws `problem` as MethodFailure, and logs it once.
  [[noreturn]] void fail(const std::string& problem);

  db::Database& database_;
  const db::HealthReports& reports_;
  db::ZoneOrders orders_;
  db::ContentsCache contents_;
  answer::DrawTable draws_;
  std::shared_ptr<spdlog::logger> log_;
  ServiceLog requests_log_;
  Options options_;
  // The limits below leave some read connections free for lookups.
  const unsigned most_long_reads_;  ///< most requests at one time that read much of the store
  Turns long_turns_;
  Turns order_turns_;                 ///< for requests that derive the order of a zone
  std::array<Turns, 32> zone_turns_;  ///< for requests that wait for one zone's order, without a connection
  std::mutex walks_mutex_;
  db::ZoneWalk notify_walk_;
  db::ZoneWalk refresh_walk_;
  std::atomic<bool> store_failed_ = false;
};

}  // namespace mxbalance::remote
