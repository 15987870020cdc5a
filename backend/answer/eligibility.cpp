#include "backend/answer/eligibility.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

namespace mxbalance::answer {

namespace {

using db::AddressFamily;
using db::Health;
using db::MailAddress;
using db::MailServer;
using db::Pool;
using db::PoolMember;
using db::ServerState;

using Members = std::vector<const PoolMember*>;

constexpr std::uint64_t weight_unit = std::uint64_t{1} << 32U;

AddressFamily other(AddressFamily family) {
  return family == AddressFamily::ipv4 ? AddressFamily::ipv6 : AddressFamily::ipv4;
}

bool has_address(const MailServer& server, AddressFamily family) {
  return std::any_of(server.addresses.begin(), server.addresses.end(),
                     [&](const MailAddress& address) { return address.family == family; });
}

bool has_live_address(const MailServer& server, AddressFamily family) {
  return std::any_of(server.addresses.begin(), server.addresses.end(), [&](const MailAddress& address) {
    return address.family == family && address.health != Health::down;
  });
}

/// Live as far as `family` goes.
bool is_live(const MailServer& server, AddressFamily family) {
  return server.health != Health::down && has_live_address(server, family);
}

/// The enabled members for which `condition` holds; the draining ones where no enabled one does.
template <class Condition>
Members serving_members(const Pool& pool, const Condition& condition) {
  Members members;
  members.reserve(pool.members.size());
  for (const ServerState state : {ServerState::enabled, ServerState::drain}) {
    for (const auto& member : pool.members) {
      if (member.server.state == state && condition(member)) members.push_back(&member);
    }
    if (!members.empty()) break;
  }
  return members;
}

bool fails_open(std::size_t live, std::size_t members, std::uint32_t min_live) {
  return live == 0 || live < std::min<std::size_t>(min_live, members);
}

/// Whether weight 0 waits: a live member has a weight.
template <class Condition>
bool has_live_weight(std::span<const PoolMember* const> members, const Condition& live) {
  return std::any_of(members.begin(), members.end(),
                     [&](const PoolMember* member) { return member->weight > 0 && live(*member); });
}

/// The members that are live, or all of them when too few are.
template <class Condition>
Members believed(Members members, const Condition& live, std::uint32_t min_live) {
  const auto is_live_one = [&](const PoolMember* member) { return live(*member); };
  const auto live_count = std::count_if(members.begin(), members.end(), is_live_one);
  if (!fails_open(static_cast<std::size_t>(live_count), members.size(), min_live))
    std::erase_if(members, std::not_fn(is_live_one));
  return members;
}

/// Those at the front that share a preference: members are in its order.
std::span<const PoolMember* const> first_tier(std::span<const PoolMember* const> members) {
  const auto end = std::find_if(members.begin(), members.end(), [&](const PoolMember* member) {
    return member->preference != members.front()->preference;
  });
  return members.first(static_cast<std::size_t>(end - members.begin()));
}

/// The addresses of `family` to answer for one server: the live ones, or all where none is.
void append_addresses(const MailServer& server, AddressFamily family, std::uint64_t weight,
                      std::vector<EligibleAddress>& to) {
  const bool only_live = has_live_address(server, family);
  const auto is_answered = [&](const MailAddress& address) {
    return address.family == family && (!only_live || address.health != Health::down);
  };
  const auto count = std::count_if(server.addresses.begin(), server.addresses.end(), is_answered);
  for (const auto& address : server.addresses) {
    if (is_answered(address)) to.push_back({&address, weight * weight_unit / static_cast<std::uint64_t>(count)});
  }
}

}  // namespace

bool is_down(const MailServer& server) {
  if (server.health == Health::down) return true;
  return !server.addresses.empty() &&
         std::all_of(server.addresses.begin(), server.addresses.end(),
                     [](const auto& address) { return address.health == Health::down; });
}

std::vector<Tier> eligible_tiers(const Pool& pool) {
  const auto live = [](const PoolMember& member) { return !is_down(member.server); };
  const Members kept =
      believed(serving_members(pool, [](const PoolMember&) { return true; }), live, pool.min_live);
  std::vector<Tier> tiers;
  for (std::span<const PoolMember* const> rest = kept; !rest.empty();) {
    const auto members = first_tier(rest);
    rest = rest.subspan(members.size());
    auto& tier = tiers.emplace_back(Tier{members.front()->preference, {}});
    tier.members.reserve(members.size());
    const bool zero_waits = has_live_weight(members, live);
    for (const auto* member : members) {
      if (member->weight == 0 && zero_waits) continue;
      tier.members.push_back({member, std::max<std::uint64_t>(member->weight, 1)});
    }
  }
  return tiers;
}

std::vector<EligibleAddress> eligible_addresses(const Pool& pool, AddressFamily family) {
  const auto live = [&](const PoolMember& member) { return is_live(member.server, family); };
  Members members =
      serving_members(pool, [](const PoolMember& member) { return !member.server.addresses.empty(); });
  const bool is_live_elsewhere = std::any_of(members.begin(), members.end(), [&](const PoolMember* member) {
    return is_live(member->server, other(family));
  });
  std::erase_if(members, [&](const PoolMember* member) { return !has_address(member->server, family); });
  const auto live_count = static_cast<std::size_t>(
      std::count_if(members.begin(), members.end(), [&](const PoolMember* member) { return live(*member); }));
  if (live_count == 0 && is_live_elsewhere) return {};

  const std::size_t all = members.size();
  members = believed(std::move(members), live, pool.min_live);
  std::span<const PoolMember* const> answered = members;
  if (!fails_open(live_count, all, pool.min_live)) answered = first_tier(answered);
  std::vector<EligibleAddress> addresses;
  addresses.reserve(answered.size());
  const bool zero_waits = has_live_weight(answered, live);
  for (const auto* member : answered) {
    if (member->weight == 0 && zero_waits) continue;
    append_addresses(member->server, family, std::max<std::uint64_t>(member->weight, 1), addresses);
  }
  return addresses;
}

std::vector<EligibleAddress> eligible_addresses(const MailServer& host, AddressFamily family) {
  std::vector<EligibleAddress> addresses;
  if (!has_live_address(host, family) && has_live_address(host, other(family))) return addresses;
  append_addresses(host, family, 1, addresses);
  return addresses;
}

}  // namespace mxbalance::answer
