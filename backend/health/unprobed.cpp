#include "backend/health/unprobed.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace mxbalance::health {

namespace {

constexpr std::size_t most_named = 5;

std::string words_of(const db::ProbeTarget& target) {
  return target.server + " " + target.address;
}

/// The first few elements, and the number of the others.
std::string excerpt_of(const std::vector<std::string>& all) {
  std::string words;
  for (std::size_t i = 0; i < std::min(all.size(), most_named); ++i)
    words += (i == 0 ? "" : ", ") + all[i];
  return all.size() <= most_named ? words : fmt::format("{} and {} others", words, all.size() - most_named);
}

}  // namespace

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
  std::erase_if(told_, [&](const Key& key) { return !unprobed_.contains(key); });
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
  Family& state = families_[target.family];
  if (told_.erase(key) > 0) state.probed_again.push_back(words_of(target));
  std::erase_if(state.not_probed, [&](const auto& one) { return one.first == key; });
  set_affected(target.family, has_any(target.family), "", now);
}

void UnprobedAddresses::note_not_made(const db::ProbeTarget& target, const std::string& reason, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  const Key key{target.server, target.address};
  if (unprobed_.emplace(key, Unprobed{target.family, now}).second) changes_.unprobed_since[key] = now;
  Family& state = families_[target.family];
  const auto is_key = [&](const auto& one) { return one.first == key; };
  if (!told_.contains(key) && std::none_of(state.not_probed.begin(), state.not_probed.end(), is_key))
    state.not_probed.emplace_back(key, words_of(target) + ": " + reason);
  set_affected(target.family, true, words_of(target) + ": " + reason, now);
}

void UnprobedAddresses::tell(db::LogTime now) {
  const std::lock_guard lock(mutex_);
  for (auto& [family, state] : families_) {
    std::vector<std::string> not_probed;
    for (auto& [key, words] : std::exchange(state.not_probed, {})) {
      told_.insert(key);
      not_probed.push_back(std::move(words));
    }
    const auto probed_again = std::exchange(state.probed_again, {});
    if (not_probed.empty() && (probed_again.empty() || !state.is_affected)) continue;
    const auto verdict = state.lines.take(now);
    if (verdict.is_first_left_out)
      log_->warn("more lines about {} addresses that cannot be probed are left out within this minute",
                 db::name_of(family));
    if (!verdict.is_told) continue;
    if (!not_probed.empty()) {
      log_->error(
          "probes of {} {} addresses cannot be made, and their health stays as it is: {}; `mxbalance server list` "
          "shows all of them",
          not_probed.size(), db::name_of(family), excerpt_of(not_probed));
    }
    if (!probed_again.empty() && state.is_affected) {
      log_->info("probes of {} {} addresses can be made again, and are: {}", probed_again.size(),
                 db::name_of(family), excerpt_of(probed_again));
    }
  }
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

void UnprobedAddresses::drop() {
  const std::lock_guard lock(mutex_);
  unprobed_.clear();
  told_.clear();
  families_.clear();
  changes_ = {};
  is_read_ = false;
}

bool UnprobedAddresses::has_any(db::AddressFamily family) const {
  return std::any_of(unprobed_.begin(), unprobed_.end(),
                     [&](const auto& one) { return one.second.family == family; });
}

/// Notes that a family is affected, or is no longer. An episode that ends before it was written is no event.
void UnprobedAddresses::set_affected(db::AddressFamily family, bool is_affected, const std::string& reason,
                                     std::int64_t now) {
  Family& state = families_[family];
  if (state.is_affected == is_affected) return;
  state.is_affected = is_affected;
  if (!is_affected) log_->info("probes of all {} addresses can be made again, and are", db::name_of(family));
  if (changes_.episodes.erase(family) == 0) changes_.episodes[family] = {is_affected, reason, now};
}

}  // namespace mxbalance::health
