#include "backend/health/pool_watch.h"

#include <set>
#include <vector>

#include "db/health_reports.h"
#include "db/pools.h"

namespace mxbalance::health {

namespace {

using answer::AnsweredBy;
using answer::Answering;
using db::AddressFamily;

using Answerings = std::map<std::string, Answering>;  ///< by what the answers are

/// What is answered of the pool now, as it is published; nothing where it is not, or has no member for it.
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

}  // namespace

void PoolWatch::look() {
  const auto reports = database_.health_reports().snapshot();
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
  for (const auto& [key, answering] : found)
    note(key, answering);
  commit_ = commit;
  sequence_ = reports->sequence();
}

void PoolWatch::note(const Key& key, const Answering& answering) {
  const auto episode = episodes_.find(key);
  const AnsweredBy before = episode == episodes_.end() ? AnsweredBy::live_members : episode->second;
  if (answering.by == before) return;
  const auto tell = [&](spdlog::level::level_enum level, std::string_view what) {
    log_->log(level, "{} of the pool {}: {} ({} of {} members are live, {} wanted)", key.second, key.first, what,
              answering.live, answering.serving, answering.needed);
  };
  switch (answering.by) {
    case AnsweredBy::all_members:
      tell(spdlog::level::warn, "fails open, all members are answered");
      break;
    case AnsweredBy::draining_members_too:
      tell(spdlog::level::warn, "draining members are answered, too");
      break;
    case AnsweredBy::nobody:
      tell(spdlog::level::warn, "no address is answered while the other family lives");
      break;
    case AnsweredBy::live_members:
      tell(spdlog::level::info, "live members are answered again");
      episodes_.erase(key);
      return;
  }
  episodes_.insert_or_assign(key, answering.by);
}

}  // namespace mxbalance::health
