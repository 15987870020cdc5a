#include "db/lookup/health_reports.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace mxbalance::db {

std::uint64_t HealthReports::add(HealthReport report) {
  const std::lock_guard lock(mutex_);
  HealthSnapshot::Key key{report.server, report.address};
  auto& current = reports_[std::move(key)];
  if (current && current->health == report.health) {  // the health is known already, only the reason is new
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
    std::erase(superseded_, report);  // it was superseded during the write
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

}  // namespace mxbalance::db
