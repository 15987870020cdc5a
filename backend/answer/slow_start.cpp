#include "backend/answer/slow_start.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace mxbalance::answer {

namespace {

constexpr std::uint32_t heaviest = 65535;

bool is_starting(const db::PoolMember& member, std::uint32_t slow_start, std::int64_t now) {
  const std::int64_t since = live_since(member.server);
  return since > 0 && since <= now && now - since < slow_start;
}

bool is_starting(const db::Pool& pool, std::int64_t now) {
  return pool.slow_start != 0 &&
         std::any_of(pool.members.begin(), pool.members.end(),
                     [&](const db::PoolMember& member) { return is_starting(member, pool.slow_start, now); });
}

/// Replaces the pool with a changed copy, because other names share the pool.
void start_shared_slowly(std::shared_ptr<const db::Pool>& pool, std::int64_t now) {
  if (!pool || !is_starting(*pool, now)) return;
  db::Pool starting = *pool;
  answer::start_slowly(starting, now);
  pool = std::make_shared<const db::Pool>(std::move(starting));
}

}  // namespace

std::int64_t live_since(const db::MailServer& server) {
  std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  for (const auto& address : server.addresses) {
    if (address.health != db::Health::down) longest = std::min(longest, address.came_up_at);
  }
  if (longest == std::numeric_limits<std::int64_t>::max()) longest = 0;
  return std::max(longest, server.came_up_at);
}

void start_slowly(db::Pool& pool, std::int64_t now) {
  if (!is_starting(pool, now)) return;
  const auto starts = [&](const db::PoolMember& member) { return is_starting(member, pool.slow_start, now); };
  std::uint32_t most = 1;
  for (const auto& member : pool.members)
    most = std::max(most, member.weight);
  const std::uint32_t scale = std::max(1U, heaviest / most);
  for (auto& member : pool.members) {
    const std::uint64_t whole = std::uint64_t{member.weight} * scale;
    if (whole == 0) continue;
    std::uint64_t weight = whole;
    if (starts(member)) {
      const auto elapsed = static_cast<std::uint64_t>(now - live_since(member.server));
      weight = std::max<std::uint64_t>(1, whole * elapsed / pool.slow_start);
      member.whole_weight = static_cast<std::uint32_t>(whole);
    }
    member.weight = static_cast<std::uint32_t>(weight);
  }
}

bool is_starting(const db::NameContents& contents, std::int64_t now) {
  return (contents.mx_pool && is_starting(*contents.mx_pool, now)) ||
         (contents.address_pool && is_starting(*contents.address_pool, now));
}

void start_slowly(db::NameContents& contents, std::int64_t now) {
  start_shared_slowly(contents.mx_pool, now);
  start_shared_slowly(contents.address_pool, now);
}

}  // namespace mxbalance::answer
