#include "db/health_reports.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

/// In place of a pool that names share.
void merge(const HealthSnapshot& reports, std::shared_ptr<const Pool>& pool) {
  if (!pool) return;
  Pool merged = *pool;
  for (auto& member : merged.members)
    merge(reports, member.server);
  pool = std::make_shared<const Pool>(std::move(merged));
}

}  // namespace

std::uint64_t HealthReports::add(HealthReport report) {
  const std::lock_guard lock(mutex_);
  HealthSnapshot::Key key{report.server, report.address};
  auto& current = reports_[std::move(key)];
  if (current && current->health == report.health) {  // it was found then, and only the reason is new
    report.at = current->at;
    report.was_down = current->was_down;
  } else if (current) {
    superseded_.push_back(current);
  }
  if (superseded_.size() > most_superseded) superseded_.erase(superseded_.begin());
  current = std::make_shared<const HealthReport>(std::move(report));
  snapshot_.reset();
  any_ = true;
  return ++sequence_;
}

std::shared_ptr<const HealthSnapshot> HealthReports::current() const {
  if (!any_) return nullptr;
  return snapshot();
}

std::shared_ptr<const HealthSnapshot> HealthReports::snapshot() const {
  const std::lock_guard lock(mutex_);
  if (!snapshot_) snapshot_ = std::make_shared<const HealthSnapshot>(reports_, superseded_, sequence_);
  return snapshot_;
}

void HealthReports::forget(const HealthSnapshot& written) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, report] : written.reports()) {
    const auto found = reports_.find(key);
    if (found != reports_.end() && found->second == report) reports_.erase(found);
    std::erase(superseded_, report);  // by one that came during the write
  }
  for (const auto& report : written.superseded())
    std::erase(superseded_, report);
  snapshot_.reset();
  any_ = !reports_.empty();
}

void HealthReports::drop_findings() {
  const std::lock_guard lock(mutex_);
  std::erase_if(reports_, [](const auto& report) { return !report.first.second.empty(); });
  std::erase_if(superseded_, [](const auto& report) { return !report->address.empty(); });
  snapshot_.reset();
  any_ = !reports_.empty();
}

std::string unwritten_in_words(const HealthSnapshot& reports) {
  if (reports.reports().empty()) return "";
  auto oldest = std::numeric_limits<std::int64_t>::max();
  for (const auto& [key, report] : reports.reports())
    oldest = std::min(oldest, report->at);
  for (const auto& report : reports.superseded())
    oldest = std::min(oldest, report->at);
  return std::to_string(reports.reports().size()) + " results of probes wait to be written since " +
         utc_time(oldest);
}

void merge(const HealthSnapshot& reports, MailServer& server) {
  auto found = reports.reports().lower_bound(HealthSnapshot::Key{server.name, ""});
  for (; found != reports.reports().end() && found->first.first == server.name; ++found) {
    const HealthReport& report = *found->second;
    if (report.address.empty()) {  // unless the setting was renewed
      if (server.health_until == report.health_until) server.health = report.health;
      continue;
    }
    const auto address = std::find_if(server.addresses.begin(), server.addresses.end(),
                                      [&](const MailAddress& one) { return one.address == report.address; });
    if (address == server.addresses.end()) continue;
    if (std::exchange(address->health, report.health) == report.health) continue;  // only the reason is new
    address->came_up_at = report.was_down ? report.at : 0;
  }
}

void merge(const HealthSnapshot& reports, NameContents& contents) {
  merge(reports, contents.mx_pool);
  merge(reports, contents.address_pool);
  if (contents.host) merge(reports, *contents.host);
}

}  // namespace mxbalance::db
