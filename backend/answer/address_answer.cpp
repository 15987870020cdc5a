#include "backend/answer/address_answer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "backend/answer/eligibility.h"
#include "backend/answer/policies.h"

namespace mxbalance::answer {

namespace {

using db::AddressFamily;
using db::Pool;

constexpr auto families = {AddressFamily::ipv4, AddressFamily::ipv6};

bool has_addresses(const Pool& pool) {
  return std::any_of(families.begin(), families.end(),
                     [&](AddressFamily family) { return !eligible_addresses(pool, family).empty(); });
}

/// `all`: every address, in weighted order. `subset`: only as many as let a sender that picks any of them follow
/// the weights.
std::vector<const db::MailAddress*> choose_addresses(const Pool& pool,
                                                     const std::vector<EligibleAddress>& eligible, Draw draw) {
  std::vector<std::uint64_t> weights;
  weights.reserve(eligible.size());
  for (const auto& one : eligible)
    weights.push_back(one.weight);
  const bool even = std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end();
  const bool all = pool.address_policy == db::AddressPolicy::all ||
                   (pool.address_policy == db::AddressPolicy::automatic && even);

  auto chosen = all ? weighted_order(weights, draw)
                    : weighted_subset(weights, exact_subset_size(weights, pool.max_addresses), draw);
  chosen.resize(std::min<std::size_t>(chosen.size(), pool.max_addresses));
  std::vector<const db::MailAddress*> addresses;
  addresses.reserve(chosen.size());
  for (const std::size_t index : chosen)
    addresses.push_back(eligible[index].address);
  return addresses;
}

/// All addresses in an order in which each is equally often the first.
std::vector<const db::MailAddress*> in_any_order(const std::vector<EligibleAddress>& eligible, Draw draw) {
  const std::vector<std::uint64_t> weights(eligible.size(), 1);
  std::vector<const db::MailAddress*> addresses;
  addresses.reserve(eligible.size());
  for (const std::size_t index : weighted_order(weights, draw))
    addresses.push_back(eligible[index].address);
  return addresses;
}

std::vector<const db::MailAddress*> all_of(const std::vector<EligibleAddress>& eligible) {
  std::vector<const db::MailAddress*> addresses;
  addresses.reserve(eligible.size());
  for (const auto& one : eligible)
    addresses.push_back(one.address);
  return addresses;
}

}  // namespace

void append_pool_addresses(const Pool& pool, std::string_view question, std::optional<Draw> draw,
                           std::vector<Row>& rows) {
  if (!has_addresses(pool)) {
    throw NothingToAnswer(
        fmt::format("the pool {} is published as A but has no address to answer with", pool.name));
  }
  for (const auto family : families) {
    if (!asks_for(question, type_of(family))) continue;
    const auto eligible = eligible_addresses(pool, family);
    for (const auto* address : draw ? choose_addresses(pool, eligible, *draw) : all_of(eligible)) {
      rows.push_back({std::string(type_of(family)), address->address, pool.ttl, true, draw.has_value()});
    }
  }
}

void append_host_addresses(const db::MailServer& host, std::string_view question, std::optional<Draw> draw,
                           std::vector<Row>& rows) {
  for (const auto family : families) {
    if (!asks_for(question, type_of(family))) continue;
    const auto eligible = eligible_addresses(host, family);
    const auto of_family = std::count_if(host.addresses.begin(), host.addresses.end(),
                                         [&](const db::MailAddress& address) { return address.family == family; });
    const bool turns = draw && of_family > 1;
    for (const auto* address : draw ? in_any_order(eligible, *draw) : all_of(eligible)) {
      rows.push_back({std::string(type_of(family)), address->address, host.ttl, true, turns});
    }
  }
}

}  // namespace mxbalance::answer
