#include "db/edits/health.h"

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "db/edits/pool_evaluation.h"
#include "db/lookup/pools.h"
#include "db/lookup/references.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

void write_report(Connection& connection, const HealthReport& report) {
  if (report.address.empty()) {
    execute(
        connection,
        "UPDATE mail_servers SET health = ?3, reason = ?4 WHERE name = ?1 AND health_until = ?2 AND health <> ?3",
        report.server, report.health_until, word_of(report.health), report.reason);
    return;
  }
  execute(connection,
          "UPDATE mail_addresses SET health = ?3, reason = ?4, probed = ?5,"
          " changed_at = CASE WHEN health = ?3 THEN changed_at ELSE ?6 END"
          " WHERE server = ?1 AND address = ?2",
          report.server, report.address, word_of(report.health), report.reason, report.probed ? 1 : 0, report.at);
}

using Step = std::vector<std::shared_ptr<const HealthReport>>;

/// Splits the reports into steps, in the order of their times, to write what happened while the store could not be
/// written. A new step begins where an address occurs again, so that each change has its event. The last step is
/// the health in effect, whatever the clock did.
std::vector<Step> steps_of(const HealthSnapshot& reports) {
  std::vector<Step> steps;
  Step current;
  for (const auto& [key, report] : reports.reports())
    current.push_back(report);
  if (!reports.superseded().empty()) {
    Step all = reports.superseded();
    all.insert(all.end(), current.begin(), current.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& one, const auto& other) { return one->at < other->at; });
    std::set<HealthSnapshot::Key> in_step;
    for (const auto& report : all) {
      const bool comes_again = !in_step.emplace(report->server, report->address).second;
      if (comes_again) in_step = {{report->server, report->address}};
      if (comes_again || steps.empty()) steps.emplace_back();
      steps.back().push_back(report);
    }
  }
  steps.push_back(std::move(current));
  return steps;
}

}  // namespace

void write_health(Connection& connection, const HealthSnapshot& reports) {
  for (const auto& step : steps_of(reports)) {
    evaluate_pools_once(connection, [&] {
      for (const auto& report : step)
        write_report(connection, *report);
    });
  }
}

void write_probing(Connection& connection, const ProbingChanges& changes) {
  for (const auto& [key, since] : changes.unprobed_since) {
    execute(connection, "UPDATE mail_addresses SET unprobed_since = ?3 WHERE server = ?1 AND address = ?2",
            key.first, key.second, since);
  }
  for (const auto& [family, episode] : changes.episodes) {
    execute(connection,
            "INSERT INTO events (at, subject, field, before, after, reason) VALUES (?1, ?2, 'probes', ?3, ?4, ?5)",
            episode.at, name_of(family), episode.begins ? "made" : "not made",
            episode.begins ? "not made" : "made", episode.reason);
  }
}

void set_server_health(Connection& connection, std::string_view name, std::string_view health,
                       const std::optional<std::string>& reason, std::optional<std::int64_t> until) {
  require_server(connection, name);
  execute(connection, "UPDATE mail_servers SET health = ?2, reason = coalesce(?3, '') WHERE name = ?1", name,
          health, reason);
  execute(connection, "UPDATE mail_servers SET health_until = ?2 WHERE name = ?1", name, until);
}

void expire_health(Connection& connection) {
  execute(
      connection,
      "UPDATE mail_servers SET health = 'unknown', reason = 'expired' || CASE reason WHEN '' THEN '' ELSE ': ' END"
      " || reason WHERE health <> 'unknown' AND health_until <= CAST(strftime('%s', 'now') AS INTEGER)");
}

}  // namespace mxbalance::db
