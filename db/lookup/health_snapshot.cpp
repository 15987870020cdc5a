#include "db/lookup/health_snapshot.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "db/base/time.h"

namespace mxbalance::db {

namespace {

/// Replaces the pool with a changed copy, because other names share the pool.
void merge(const HealthSnapshot& reports, std::shared_ptr<const Pool>& pool) {
  if (!pool) return;
  Pool merged = *pool;
  for (auto& member : merged.members)
    merge(reports, member.server);
  pool = std::make_shared<const Pool>(std::move(merged));
}

}  // namespace

std::string unwritten_in_words(const HealthSnapshot& reports) {
  if (reports.reports().empty()) return "";
  auto oldest = std::numeric_limits<std::int64_t>::max();
  for (const auto& [key, report] : reports.reports())
    oldest = std::min(oldest, report->at);
  for (const auto& report : reports.superseded())
    oldest = std::min(oldest, report->at);
  return fmt::format("{} results of probes wait to be written since {}", reports.reports().size(),
                     utc_time(oldest));
}

void merge(const HealthSnapshot& reports, MailServer& server) {
  auto found = reports.reports().lower_bound(HealthSnapshot::Key{server.name, ""});
  for (; found != reports.reports().end() && found->first.first == server.name; ++found) {
    const HealthReport& report = *found->second;
    if (report.address.empty()) {  // the report does not apply when the setting was renewed
      if (server.health_until != report.health_until) continue;
      if (server.health == Health::down && report.health != Health::down) server.came_up_at = report.at;
      server.health = report.health;
      continue;
    }
    const auto address = std::find_if(server.addresses.begin(), server.addresses.end(),
                                      [&](const MailAddress& one) { return one.address == report.address; });
    if (address == server.addresses.end()) continue;
    const bool is_known = std::exchange(address->health, report.health) == report.health;
    if (is_known && !report.was_down) continue;  // only the reason is new
    address->came_up_at = report.was_down ? report.at : 0;
  }
}

void merge(const HealthSnapshot& reports, NameContents& contents) {
  merge(reports, contents.mx_pool);
  merge(reports, contents.address_pool);
  if (contents.host) merge(reports, *contents.host);
}

}  // namespace mxbalance::db
