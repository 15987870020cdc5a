#include "backend/remote/service.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "db/base/errors.h"

namespace mxbalance::remote {

using enum ServiceLog::Kind;

namespace {

constexpr std::size_t longest_sentence = 600;
constexpr std::size_t longest_request = 200;

/// Less than two seconds together with patience_for_turn. The order of a zone with 100,000 names is derived within
/// this time.
constexpr std::chrono::milliseconds patience_for_order{1000};

/// The most long reads at one time. Of `readers` connections, at least one is left for deriving the order of a
/// zone, and one for everything else.
unsigned most_long_reads(unsigned readers) {
  return std::clamp(readers, 3U, 6U) - 2;
}

unsigned most_orders(unsigned readers) {
  return readers > 6 ? 2 : 1;
}

}  // namespace

Service::Service(db::Database& database, const db::HealthReports& reports, std::uint64_t seed,
                 std::shared_ptr<spdlog::logger> log, Options options)
    : database_(database),
      reports_(reports),
      contents_(database, options.max_cached),
      draws_(seed),
      log_(std::move(log)),
      requests_log_(log_),
      options_(std::move(options)),
      most_long_reads_(most_long_reads(database.readers())),
      long_turns_(most_long_reads_),
      order_turns_(most_orders(database.readers())) {}

void Service::refuse_for_now(const std::string& what, const std::string& why) {
  requests_log_.tell_once(refused, what + " is refused: " + why);
  throw db::MemoryShortage(why + "; try again later");
}

void Service::fail(const std::string& problem) {
  requests_log_.tell_once(failed, problem.substr(0, longest_sentence) + "; PowerDNS answers SERVFAIL there");
  throw MethodFailure(problem);
}

void Service::expire(Transaction& transaction) {
  if (!transaction) return;
  requests_log_.tell(refused,
                     "a transaction in the zone " + transaction->zone().name + " was left open, and is dropped");
  transaction.reset();
}

void Service::read(const std::function<void(db::Connection&)>& work) {
  watch_store([&] { database_.read(work); });
}

/// Runs `work`, which reads the store, and logs when the store can be read again after a failure.
void Service::watch_store(const std::function<void()>& work) {
  const bool had_failed = store_failed_;  // a read that began before the failure does not show that it is over
  work();
  if (had_failed && store_failed_.exchange(false)) log_->info("the store can be read again");
}

/// Runs `work`, which may need the order of a zone. If the order is not kept, one of the requests that need it
/// derives it. The others wait without a read connection. All of them accept an order of a snapshot after their
/// request, because edits may be faster than deriving an order.
void Service::read_in_order(const std::function<void(const db::OrderTerms&)>& work) {
  const auto can_do = [&](const db::OrderTerms& terms) -> std::optional<db::OrderNotKept> {
    try {
      watch_store([&] { work(terms); });
      return std::nullopt;
    } catch (const db::OrderNotKept& needed) {
      return needed;
    }
  };
  const auto missing = can_do({.kept = &orders_, .may_derive = false, .since = std::nullopt});
  if (!missing) return;
  const Turn of_zone(zone_turns_.at(static_cast<std::size_t>(missing->zone_id) % zone_turns_.size()),
                     patience_for_order);
  if (!of_zone.has_come()) refuse_for_order(missing->zone_id);
  if (!can_do({.kept = &orders_, .may_derive = false, .since = missing->snapshot})) return;
  const Turn of_order(order_turns_, patience_for_turn);
  if (!of_order.has_come()) refuse_for_order(missing->zone_id);
  can_do({.kept = &orders_, .may_derive = true, .since = missing->snapshot});
}

void Service::refuse_for_order(std::int64_t zone_id) {
  refuse_for_now("what is asked of the zone with the id " + std::to_string(zone_id),
                 "it has been changed, and its names are not in order again yet");
}

void Service::note_defect(const db::RowDefect& defect) {
  requests_log_.tell_once(left_out, "left out of answers: " + defect.row + ": " + defect.problem);
}

void Service::note_defects(const std::vector<db::RowDefect>& defects) {
  for (const auto& defect : defects)
    note_defect(defect);
}

db::DefectReport Service::defect_log() {
  return [this](const db::RowDefect& defect) { note_defect(defect); };
}

void Service::note_refusal(std::string_view problem, std::string_view request) {
  std::string sentence = "refused: ";
  sentence.append(problem.substr(0, longest_sentence)).append(": ").append(request.substr(0, longest_request));
  requests_log_.tell(bad_request, sentence);
}

}  // namespace mxbalance::remote
