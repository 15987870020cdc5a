#include "backend/health/unprobed.h"

#include <algorithm>
#include <optional>

namespace mxbalance::health {

void UnprobedAddresses::take_over(const std::vector<db::ProbeTarget>& targets, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  unprobed_.clear();
  for (const auto& target : targets) {
    const Key key{target.server, target.address};
    const auto pending = changes_.unprobed_since.find(key);
    const auto since = pending == changes_.unprobed_since.end() ? target.unprobed_since : pending->second;
    if (!since) continue;
    if (target.settings.kind == db::ProbeKind::none) {
      changes_.unprobed_since[key] = std::nullopt;
    } else {
      unprobed_[key] = {target.family, *since};
    }
  }
  for (const auto family : {db::AddressFamily::ipv4, db::AddressFamily::ipv6}) {
    if (is_read_) {
      set_affected(family, has_any(family), "", now);
    } else {
      families_[family].is_affected = has_any(family);
    }
  }
  is_read_ = true;
}

void UnprobedAddresses::note_made(const db::ProbeTarget& target, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  const Key key{target.server, target.address};
  if (unprobed_.erase(key) == 0) return;
  changes_.unprobed_since[key] = std::nullopt;
  set_affected(target.family, has_any(target.family), "", now);
}

void UnprobedAddresses::note_not_made(const db::ProbeTarget& target, const std::string& reason, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  const Key key{target.server, target.address};
  if (unprobed_.emplace(key, Unprobed{target.family, now}).second) changes_.unprobed_since[key] = now;
  set_affected(target.family, true, target.server + " " + target.address + ": " + reason, now);
}

db::ProbingChanges UnprobedAddresses::to_write() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

void UnprobedAddresses::forget(const db::ProbingChanges& written) {
  const std::lock_guard lock(mutex_);
  std::erase_if(changes_.unprobed_since, [&](const auto& change) {
    const auto found = written.unprobed_since.find(change.first);
    return found != written.unprobed_since.end() && found->second == change.second;
  });
  std::erase_if(changes_.episodes, [&](const auto& change) {
    const auto found = written.episodes.find(change.first);
    return found != written.episodes.end() && found->second == change.second;
  });
}

bool UnprobedAddresses::has_any(db::AddressFamily family) const {
  return std::any_of(unprobed_.begin(), unprobed_.end(),
                     [&](const auto& one) { return one.second.family == family; });
}

/// An episode that is over before it could be written is no event.
void UnprobedAddresses::set_affected(db::AddressFamily family, bool is_affected, const std::string& reason,
                                     std::int64_t now) {
  Family& state = families_[family];
  if (is_affected && !state.is_logged) {
    log_->error(
        "probes of {} addresses cannot be made, and their health stays as it is; the first: {}; `mxbalance server "
        "list` shows which",
        db::name_of(family), reason);
    state.is_logged = true;
  }
  if (state.is_affected == is_affected) return;
  state.is_affected = is_affected;
  if (!is_affected) {
    log_->info("probes of {} addresses can be made again, and are", db::name_of(family));
    state.is_logged = false;
  }
  if (changes_.episodes.erase(family) == 0) changes_.episodes[family] = {is_affected, reason, now};
}

}  // namespace mxbalance::health
