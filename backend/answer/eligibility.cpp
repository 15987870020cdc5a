#include "backend/answer/eligibility.h"

#include <algorithm>
#include <functional>

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
using Condition = std::function<bool(const PoolMember&)>;

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
Members serving_members(const Pool& pool, const Condition& condition) {
  Members members;
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

/// Leaves out weight 0 while a live member has a weight.
Members without_waiting(const Members& members, const Condition& live) {
  const bool weighted = std::any_of(members.begin(), members.end(),
                                    [&](const PoolMember* member) { return member->weight > 0 && live(*member); });
  if (!weighted) return members;
  Members kept;
  std::copy_if(members.begin(), members.end(), std::back_inserter(kept),
               [](const PoolMember* member) { return member->weight > 0; });
  return kept;
}

/// The members that are live, or all of them when too few are.
Members believed(const Members& members, const Condition& live, std::uint32_t min_live) {
  Members kept;
  std::copy_if(members.begin(), members.end(), std::back_inserter(kept),
               [&](const PoolMember* member) { return live(*member); });
  return fails_open(kept.size(), members.size(), min_live) ? members : kept;
}

Members of_preference(const Members& members, std::uint32_t preference) {
  Members tier;
  std::copy_if(members.begin(), members.end(), std::back_inserter(tier),
               [&](const PoolMember* member) { return member->preference == preference; });
  return tier;
}

/// The addresses of `family` to answer for one server: the live ones, or all where none is.
void append_addresses(const MailServer& server, AddressFamily family, std::uint64_t weight,
                      std::vector<EligibleAddress>& to) {
  const bool only_live = has_live_address(server, family);
  std::vector<const MailAddress*> addresses;
  for (const auto& address : server.addresses) {
    if (address.family == family && (!only_live || address.health != Health::down)) addresses.push_back(&address);
  }
  for (const auto* address : addresses)
    to.push_back({address, weight * weight_unit / addresses.size()});
}

}  // namespace

bool is_down(const MailServer& server) {
  if (server.health == Health::down) return true;
  return !server.addresses.empty() &&
         std::all_of(server.addresses.begin(), server.addresses.end(),
                     [](const auto& address) { return address.health == Health::down; });
}

std::vector<Tier> eligible_tiers(const Pool& pool) {
  const Condition live = [](const PoolMember& member) { return !is_down(member.server); };
  const Members serving = serving_members(pool, [](const PoolMember&) { return true; });
  const Members kept = believed(serving, live, pool.min_live);
  std::vector<Tier> tiers;
  for (const auto* first : kept) {
    if (!tiers.empty() && tiers.back().preference == first->preference) continue;
    tiers.push_back({first->preference, {}});
    for (const auto* member : without_waiting(of_preference(kept, first->preference), live)) {
      tiers.back().members.push_back({member, std::max<std::uint64_t>(member->weight, 1)});
    }
  }
  return tiers;
}

std::vector<EligibleAddress> eligible_addresses(const Pool& pool, AddressFamily family) {
  const Condition live = [&](const PoolMember& member) { return is_live(member.server, family); };
  const Condition live_elsewhere = [&](const PoolMember& member) { return is_live(member.server, other(family)); };
  const Members serving =
      serving_members(pool, [](const PoolMember& member) { return !member.server.addresses.empty(); });
  Members with_family;
  std::copy_if(serving.begin(), serving.end(), std::back_inserter(with_family),
               [&](const PoolMember* member) { return has_address(member->server, family); });
  const auto live_count = static_cast<std::size_t>(std::count_if(
      with_family.begin(), with_family.end(), [&](const PoolMember* member) { return live(*member); }));
  if (live_count == 0 && std::any_of(serving.begin(), serving.end(),
                                     [&](const PoolMember* member) { return live_elsewhere(*member); })) {
    return {};
  }
  Members kept = believed(with_family, live, pool.min_live);
  if (!kept.empty() && !fails_open(live_count, with_family.size(), pool.min_live)) {
    kept = of_preference(kept, kept.front()->preference);
  }
  std::vector<EligibleAddress> addresses;
  for (const auto* member : without_waiting(kept, live)) {
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
