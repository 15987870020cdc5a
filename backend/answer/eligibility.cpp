#include "backend/answer/eligibility.h"

#include <algorithm>
#include <functional>
#include <iterator>
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

/// The health of a member for MX, or for one family of addresses. The order matters: `unknown` and above is live.
enum class Standing { absent, down, unknown, up };

struct JudgedMember {
  const PoolMember* member;
  Standing standing;
};

using Members = std::vector<JudgedMember>;

constexpr std::uint64_t weight_unit = std::uint64_t{1} << 32U;

AddressFamily other(AddressFamily family) {
  return family == AddressFamily::ipv4 ? AddressFamily::ipv6 : AddressFamily::ipv4;
}

bool has_probed_live_address(const MailServer& server, AddressFamily family) {
  return std::any_of(server.addresses.begin(), server.addresses.end(), [&](const MailAddress& address) {
    return address.family == family && address.health != Health::down && !address.is_unprobed;
  });
}

bool is_live(const JudgedMember& judged) {
  return judged.standing >= Standing::unknown;
}

Standing standing_of(Health health) {
  return health == Health::down ? Standing::down : health == Health::up ? Standing::up : Standing::unknown;
}

/// The best health of the addresses that can be probed from here; `absent` where there are none.
Standing best_probed(const MailServer& server) {
  Standing best = Standing::absent;
  for (const auto& address : server.addresses) {
    if (!address.is_unprobed) best = std::max(best, standing_of(address.health));
  }
  return best;
}

/// The health of an address. If it cannot be probed from here (such as an IPv6 address from a host without IPv6),
/// it is no better than `probed`, the best health of the addresses that can be.
Standing standing_of(const MailAddress& address, Standing probed) {
  const Standing own = standing_of(address.health);
  return address.is_unprobed && probed != Standing::absent ? std::min(own, probed) : own;
}

/// The best health of the addresses for which `concerns` returns true; `absent` where there are none.
template <class Condition>
Standing best_address(const MailServer& server, const Condition& concerns) {
  const Standing probed = best_probed(server);
  Standing best = Standing::absent;
  for (const auto& address : server.addresses) {
    if (concerns(address)) best = std::max(best, standing_of(address, probed));
  }
  return best;
}

bool has_live_address(const MailServer& server, AddressFamily family) {
  return best_address(server, [&](const MailAddress& address) { return address.family == family; }) >
         Standing::down;
}

/// Combines the health of addresses with the server's own. If an address is live, the server's own health decides,
/// unless it is unknown.
Standing with_own_health(const MailServer& server, Standing addresses) {
  const Standing own = standing_of(server.health);
  return addresses <= Standing::down || own == Standing::unknown ? addresses : own;
}

/// A server without addresses in the store has only its own health.
Standing mx_standing(const MailServer& server) {
  if (server.addresses.empty()) return standing_of(server.health);
  return with_own_health(server, best_address(server, [](const MailAddress&) { return true; }));
}

Standing address_standing(const MailServer& server, AddressFamily family) {
  return with_own_health(
      server, best_address(server, [&](const MailAddress& address) { return address.family == family; }));
}

/// The members that are answered: serving ones and helping ones.
struct Chosen {
  Answering answering;
  Members serving;
  Members helping;
};

/// Applies the rule, for MX or for a family. `standing` returns `absent` for members that do not count.
template <class Judgement>
Chosen choose(const Pool& pool, const Judgement& standing) {
  Chosen chosen;
  Members draining;
  chosen.serving.reserve(pool.members.size());
  for (const auto& member : pool.members) {
    if (member.server.state == ServerState::disabled) continue;
    const JudgedMember judged{&member, standing(member.server)};
    if (judged.standing == Standing::absent) continue;
    (member.server.state == ServerState::enabled ? chosen.serving : draining).push_back(judged);
  }
  if (chosen.serving.empty()) std::swap(chosen.serving, draining);
  std::copy_if(draining.begin(), draining.end(), std::back_inserter(chosen.helping),
               [](const JudgedMember& judged) { return judged.standing == Standing::up; });

  auto& [by, serving, live, helping, needed] = chosen.answering;
  serving = chosen.serving.size();
  live = static_cast<std::size_t>(std::count_if(chosen.serving.begin(), chosen.serving.end(), is_live));
  helping = chosen.helping.size();
  needed = std::max<std::size_t>(1, std::min<std::size_t>(pool.min_live, serving));
  if (live >= needed) {
    by = AnsweredBy::live_members;
    chosen.helping.clear();
  } else if (live + helping >= needed) {
    by = AnsweredBy::draining_members_too;
  } else {
    by = AnsweredBy::all_members;
  }
  if (by != AnsweredBy::all_members) std::erase_if(chosen.serving, std::not_fn(is_live));
  return chosen;
}

Chosen choose_mx(const Pool& pool) {
  return choose(pool, mx_standing);
}

/// Applies the rule to a family. A family without live members is not answered while the other family has one.
Chosen choose_addresses(const Pool& pool, AddressFamily family) {
  const auto of_family = [&](AddressFamily wanted) {
    return choose(pool, [wanted](const MailServer& server) { return address_standing(server, wanted); });
  };
  Chosen chosen = of_family(family);
  const auto& [by, serving, live, helping, needed] = chosen.answering;
  if (live + helping == 0 && of_family(other(family)).answering.live > 0)
    chosen = {{AnsweredBy::nobody, serving, live, helping, needed}, {}, {}};
  return chosen;
}

/// Whether members with weight 0 are left out: a live member has a higher weight.
bool makes_zero_wait(std::span<const JudgedMember> members) {
  return std::any_of(members.begin(), members.end(),
                     [](const JudgedMember& judged) { return judged.member->weight > 0 && is_live(judged); });
}

/// The members at the front with one preference. `members` are in the order of preference.
std::span<const JudgedMember> first_tier(std::span<const JudgedMember> members) {
  const auto end = std::find_if(members.begin(), members.end(), [&](const JudgedMember& judged) {
    return judged.member->preference != members.front().member->preference;
  });
  return members.first(static_cast<std::size_t>(end - members.begin()));
}

/// Calls `answer` with each member that is not left out for its weight 0, and with its weight.
template <class Answer>
void for_each_waiting_for_none(std::span<const JudgedMember> members, const Answer& answer) {
  const bool zero_waits = makes_zero_wait(members);
  for (const auto& [member, standing] : members) {
    if (member->weight > 0 || !zero_waits) answer(*member, std::max<std::uint64_t>(member->weight, 1));
  }
}

/// The weight of a draining member that helps. Slow start and weight 0 do not apply to it.
std::uint64_t helping_weight(const PoolMember& member) {
  return std::max<std::uint64_t>(member.whole_weight.value_or(member.weight), 1);
}

/// Appends the addresses of `family` to answer for one server: the live ones, or all where none is live.
void append_addresses(const MailServer& server, AddressFamily family, std::uint64_t weight,
                      std::vector<EligibleAddress>& to) {
  const bool only_live = has_live_address(server, family);
  const Standing probed = best_probed(server);
  const auto is_answered = [&](const MailAddress& address) {
    return address.family == family && (!only_live || standing_of(address, probed) > Standing::down);
  };
  const auto count = std::count_if(server.addresses.begin(), server.addresses.end(), is_answered);
  for (const auto& address : server.addresses) {
    if (is_answered(address)) to.push_back({&address, weight * weight_unit / static_cast<std::uint64_t>(count)});
  }
}

}  // namespace

bool is_down(const MailServer& server) {
  return mx_standing(server) == Standing::down;
}

Answering answering_mx(const Pool& pool) {
  return choose_mx(pool).answering;
}

Answering answering_addresses(const Pool& pool, AddressFamily family) {
  return choose_addresses(pool, family).answering;
}

std::vector<Tier> eligible_tiers(const Pool& pool) {
  const Chosen chosen = choose_mx(pool);
  std::vector<Tier> tiers;
  for (std::span<const JudgedMember> rest = chosen.serving; !rest.empty();) {
    const auto members = first_tier(rest);
    rest = rest.subspan(members.size());
    auto& tier = tiers.emplace_back(Tier{members.front().member->preference, {}});
    tier.members.reserve(members.size() + chosen.helping.size());
    for_each_waiting_for_none(members, [&](const PoolMember& member, std::uint64_t weight) {
      tier.members.push_back({&member, weight});
    });
  }
  if (tiers.empty() && !chosen.helping.empty()) tiers.push_back({chosen.helping.back().member->preference, {}});
  for (const auto& [member, standing] : chosen.helping)
    tiers.back().members.push_back({member, helping_weight(*member)});
  return tiers;
}

std::vector<EligibleAddress> eligible_addresses(const Pool& pool, AddressFamily family) {
  const Chosen chosen = choose_addresses(pool, family);
  std::span<const JudgedMember> serving = chosen.serving;
  if (!serving.empty() && chosen.answering.by != AnsweredBy::all_members) serving = first_tier(serving);
  std::vector<EligibleAddress> addresses;
  addresses.reserve(serving.size() + chosen.helping.size());
  for_each_waiting_for_none(serving, [&](const PoolMember& member, std::uint64_t weight) {
    append_addresses(member.server, family, weight, addresses);
  });
  for (const auto& [member, standing] : chosen.helping)
    append_addresses(member->server, family, helping_weight(*member), addresses);
  return addresses;
}

std::vector<EligibleAddress> eligible_addresses(const MailServer& host, AddressFamily family) {
  std::vector<EligibleAddress> addresses;
  if (!has_live_address(host, family) && has_probed_live_address(host, other(family))) return addresses;
  append_addresses(host, family, 1, addresses);
  return addresses;
}

}  // namespace mxbalance::answer
