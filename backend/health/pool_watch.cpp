#include "backend/health/pool_watch.h"

#include <set>
#include <string_view>

#include "db/lookup/health_reports.h"
#include "db/lookup/pools.h"

namespace mxbalance::health {

namespace {

using answer::AnsweredBy;
using answer::Answering;
using db::AddressFamily;

using Answerings = std::map<std::string, Answering>;  ///< by record type: MX, A or AAAA

/// How the pool is answered now, for each record type that it is published as. Types without members are left out.
Answerings answerings_of(db::Connection& connection, const std::string& name, const db::HealthSnapshot& reports) {
  Answerings found;
  std::vector<db::RowDefect> defects;
  auto pool = db::read_pool(connection, name, defects);
  if (!pool) return found;
  for (auto& member : pool->members)
    db::merge(reports, member.server);
  for (const auto& kind : db::kinds_published(connection, name)) {
    if (kind == "MX") {
      found["MX"] = answer::answering_mx(*pool);
    } else {
      found["A"] = answer::answering_addresses(*pool, AddressFamily::ipv4);
      found["AAAA"] = answer::answering_addresses(*pool, AddressFamily::ipv6);
    }
  }
  std::erase_if(found, [](const auto& one) { return one.second.serving == 0; });
  return found;
}

// When more pools change in the same way, they share one line, so that other lines of the log remain visible.
constexpr std::size_t most_lines = 5;

std::string_view words_of(AnsweredBy by) {
  switch (by) {
    case AnsweredBy::all_members:
      return "fails open, all members are answered";
    case AnsweredBy::draining_members_too:
      return "draining members are answered, too";
    case AnsweredBy::nobody:
      return "no address is answered while the other family lives";
    case AnsweredBy::live_members:
      break;
  }
  return "live members are answered again";
}

}  // namespace

void PoolWatch::look() {
  const auto reports = reports_.snapshot();
  const auto commit = database_.last_commit();
  if (commit && commit == commit_ && reports->sequence() == sequence_) return;
  std::map<Key, Answering> found;
  database_.read([&](db::Connection& connection) {
    std::set<std::string> pools = db::pools_in_need(connection);
    for (const auto& [key, by] : episodes_)
      pools.insert(key.first);
    for (const auto& [key, report] : reports->reports())
      pools.merge(db::pools_of_server(connection, key.first));
    for (const auto& pool : pools) {
      for (const auto& [kind, answering] : answerings_of(connection, pool, *reports))
        found.insert_or_assign({pool, kind}, answering);
    }
  });
  std::erase_if(episodes_, [&](const auto& episode) { return !found.contains(episode.first); });
  std::map<std::pair<std::string, AnsweredBy>, Changes> alike;  // by record type
  for (const auto& [key, answering] : found) {
    if (note(key, answering.by)) alike[{key.second, answering.by}].push_back({key.first, answering});
  }
  for (const auto& [what, changes] : alike)
    tell(what.first, changes);
  commit_ = commit;
  sequence_ = reports->sequence();
}

/// Notes how a pool is answered. Returns whether it has changed.
bool PoolWatch::note(const Key& key, AnsweredBy by) {
  if (by == AnsweredBy::live_members) return episodes_.erase(key) > 0;
  return std::exchange(episodes_[key], by) != by;
}

/// Logs pools that are now all answered in the same way.
void PoolWatch::tell(const std::string& kind, const Changes& changes) {
  const AnsweredBy by = changes.front().answering.by;
  const auto level = by == AnsweredBy::live_members ? spdlog::level::info : spdlog::level::warn;
  if (changes.size() > most_lines) {
    log_->log(level,
              "{} of {} pools: {}; the first of them are {}, {} and {} (backend-cmd remote pools shows all)", kind,
              changes.size(), words_of(by), changes[0].pool, changes[1].pool, changes[2].pool);
    return;
  }
  for (const auto& [pool, answering] : changes) {
    log_->log(level, "{} of the pool {}: {} ({} of {} members are live, {} wanted)", kind, pool, words_of(by),
              answering.live, answering.serving, answering.needed);
  }
}

}  // namespace mxbalance::health
