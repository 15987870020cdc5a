#include "backend/answer/mx_answer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "backend/answer/eligibility.h"
#include "backend/answer/policies.h"

namespace mxbalance::answer {

namespace {

using db::AddressFamily;
using db::Pool;

constexpr std::uint32_t highest_preference = 65535;

struct MxChoice {
  std::uint32_t preference = 0;
  std::string_view target;
};

/// How many addresses of each family the member's host name has in answers. Postfix merges the addresses of MX
/// records with equal preference and picks one, so a member with more addresses would receive more mail.
std::array<std::size_t, 2> answered_addresses(const EligibleMember& eligible) {
  const auto& host = eligible.member->server;
  return {eligible_addresses(host, AddressFamily::ipv4).size(),
          eligible_addresses(host, AddressFamily::ipv6).size()};
}

/// Whether the tier's members get different preferences. Senders choose at random among equal preferences (RFC
/// 5321 §5.1). This shares mail evenly, so it is right only where weights are equal.
bool is_ranked(const Pool& pool, const Tier& tier) {
  if (pool.mx_policy != db::MxPolicy::automatic) return pool.mx_policy == db::MxPolicy::ranked;
  const auto& first = tier.members.front();
  return std::any_of(tier.members.begin(), tier.members.end(), [&](const EligibleMember& other) {
    return other.weight != first.weight || answered_addresses(other) != answered_addresses(first);
  });
}

std::vector<std::size_t> order_of(const Tier& tier, Draw draw) {
  std::vector<std::uint64_t> weights;
  weights.reserve(tier.members.size());
  for (const auto& eligible : tier.members)
    weights.push_back(eligible.weight);
  return weighted_order(weights, draw);
}

/// Preferences end at 65535. Higher ones are lowered, as far as needed to keep their order and stay distinct.
void keep_in_range(std::vector<MxChoice>& choices) {
  std::uint32_t limit = highest_preference;
  for (auto choice = choices.rbegin(); choice != choices.rend() && choice->preference > limit;) {
    const std::uint32_t shared = choice->preference;
    for (; choice != choices.rend() && choice->preference == shared; ++choice)
      choice->preference = limit;
    --limit;
  }
}

/// `equal`: the members of a tier get its preference. `ranked`: they get successive preferences, in the drawn
/// order. Each tier starts above the one before.
std::vector<MxChoice> choose_mx(const Pool& pool, Draw draw) {
  std::vector<MxChoice> choices;
  std::uint32_t free_preference = 0;
  for (const auto& tier : eligible_tiers(pool)) {
    const bool ranked = is_ranked(pool, tier);
    std::uint32_t preference = std::max(tier.preference, free_preference);
    for (const std::size_t index : order_of(tier, draw)) {
      choices.push_back({preference, tier.members[index].member->server.name});
      if (ranked) ++preference;
    }
    free_preference = ranked ? preference : preference + 1;
  }
  keep_in_range(choices);
  return choices;
}

std::vector<MxChoice> all_mx(const Pool& pool) {
  std::vector<MxChoice> choices;
  for (const auto& tier : eligible_tiers(pool)) {
    for (const auto& eligible : tier.members)
      choices.push_back({tier.preference, eligible.member->server.name});
  }
  return choices;
}

}  // namespace

void append_mx(const Pool& pool, std::optional<Draw> draw, std::vector<Row>& rows) {
  const auto choices = draw ? choose_mx(pool, *draw) : all_mx(pool);
  if (choices.empty()) {
    throw NothingToAnswer(fmt::format("the pool {} is published but has no member to answer with", pool.name));
  }
  for (const auto& choice : choices) {
    auto content = std::to_string(choice.preference);
    content.append(1, ' ').append(choice.target);
    rows.push_back({"MX", std::move(content), pool.ttl, true, draw.has_value()});
  }
}

}  // namespace mxbalance::answer
