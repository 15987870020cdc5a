#include "backend/remote/service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

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
unsigned most_long_reads_of(unsigned readers) {
  return std::clamp(readers, 3U, 6U) - 2;
}

unsigned most_orders_of(unsigned readers) {
  return readers > 6 ? 2 : 1;
}

/// Runs `work`, which reads the store, and logs when the store can be read again after a failure.
void watch_store(Service& service, const std::function<void()>& work) {
  const bool had_failed =
      service.store_failed;  // a read that began before the failure does not show that it is over
  work();
  if (had_failed && service.store_failed.exchange(false)) service.log->info("the store can be read again");
}

[[noreturn]] void refuse_for_order(Service& service, std::int64_t zone_id) {
  refuse_for_now(service, fmt::format("what is asked of the zone with the id {}", zone_id),
                 "it has been changed, and its names are not in order again yet");
}

void note_defect(Service& service, const db::RowDefect& defect) {
  service.requests_log.tell_once(left_out, fmt::format("left out of answers: {}: {}", defect.row, defect.problem));
}

}  // namespace

Service::Service(db::Database& store, const db::HealthReports& unwritten, std::uint64_t seed,
                 std::shared_ptr<spdlog::logger> logger, Options chosen)
    : database(store),
      reports(unwritten),
      log(std::move(logger)),
      options(std::move(chosen)),
      requests_log(log),
      contents(database, options.max_cached),
      draws(seed),
      most_long_reads(most_long_reads_of(database.readers())),
      long_turns(most_long_reads),
      order_turns(most_orders_of(database.readers())) {}

void read(Service& service, const std::function<void(db::Connection&)>& work) {
  watch_store(service, [&] { service.database.read(work); });
}

void read_in_order(Service& service, const std::function<void(const db::OrderTerms&)>& work) {
  const auto can_do = [&](const db::OrderTerms& terms) -> std::optional<db::OrderNotKept> {
    try {
      watch_store(service, [&] { work(terms); });
      return std::nullopt;
    } catch (const db::OrderNotKept& needed) {
      return needed;
    }
  };
  const auto missing = can_do({.kept = &service.orders, .may_derive = false, .since = std::nullopt});
  if (!missing) return;
  const Turn of_zone(service.zone_turns.at(static_cast<std::size_t>(missing->zone_id) % service.zone_turns.size()),
                     patience_for_order);
  if (!of_zone.has_come()) refuse_for_order(service, missing->zone_id);
  if (!can_do({.kept = &service.orders, .may_derive = false, .since = missing->snapshot})) return;
  const Turn of_order(service.order_turns, patience_for_turn);
  if (!of_order.has_come()) refuse_for_order(service, missing->zone_id);
  can_do({.kept = &service.orders, .may_derive = true, .since = missing->snapshot});
}

void note_defects(Service& service, const std::vector<db::RowDefect>& defects) {
  for (const auto& defect : defects)
    note_defect(service, defect);
}

db::DefectReport defect_log(Service& service) {
  return [&service](const db::RowDefect& defect) { note_defect(service, defect); };
}

void note_refusal(Service& service, std::string_view problem, std::string_view request) {
  service.requests_log.tell(bad_request, fmt::format("refused: {}: {}", problem.substr(0, longest_sentence),
                                                     request.substr(0, longest_request)));
}

void refuse_for_now(Service& service, const std::string& what, const std::string& why) {
  service.requests_log.tell_once(refused, fmt::format("{} is refused: {}", what, why));
  throw db::MemoryShortage(why + "; try again later");
}

void fail(Service& service, const std::string& problem) {
  service.requests_log.tell_once(
      failed, fmt::format("{}; PowerDNS answers SERVFAIL there", problem.substr(0, longest_sentence)));
  throw MethodFailure(problem);
}

}  // namespace mxbalance::remote
