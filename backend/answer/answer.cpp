#include "backend/answer/answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "backend/answer/eligibility.h"
#include "backend/answer/policies.h"

namespace mxbalance::answer {

namespace {

using db::AddressFamily;
using db::NameContents;
using db::Pool;

constexpr std::uint32_t highest_preference = 65535;

// Most answers have no more.
constexpr std::size_t usual_rows = 8;

struct MxChoice {
  std::uint32_t preference = 0;
  std::string_view target;
};

bool asks_for(std::string_view question, std::string_view type) {
  return question == type || question == "ANY";
}

std::string_view type_of(AddressFamily family) {
  return family == AddressFamily::ipv4 ? "A" : "AAAA";
}

// --- MX ---

/// How many addresses of each family the member's host name answers. Postfix pools the addresses of
/// equal-preference MX and picks among them, so that a member with more of them would get more mail.
std::array<std::size_t, 2> answered_addresses(const EligibleMember& eligible) {
  const auto& host = eligible.member->server;
  return {eligible_addresses(host, AddressFamily::ipv4).size(),
          eligible_addresses(host, AddressFamily::ipv6).size()};
}

/// Senders shuffle equal preferences (RFC 5321 §5.1): that shares mail evenly, and only where weights are even
/// will it do.
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

/// Preferences end at 65535: the last ones move down, as far as needed to stay apart and in order.
void keep_in_range(std::vector<MxChoice>& choices) {
  std::uint32_t limit = highest_preference;
  for (auto choice = choices.rbegin(); choice != choices.rend() && choice->preference > limit;) {
    const std::uint32_t shared = choice->preference;
    for (; choice != choices.rend() && choice->preference == shared; ++choice)
      choice->preference = limit;
    --limit;
  }
}

/// `equal`: the members of a tier at its preference. `ranked`: at successive preferences, in the order drawn. A
/// tier starts above the one before.
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

void append_mx(const Pool& pool, const std::vector<MxChoice>& choices, bool turns, std::vector<Row>& rows) {
  if (choices.empty()) {
    throw NothingToAnswer("the pool " + pool.name + " is published but has no member to answer with");
  }
  for (const auto& choice : choices) {
    auto content = std::to_string(choice.preference);
    content.append(1, ' ').append(choice.target);
    rows.push_back({"MX", std::move(content), pool.ttl, true, turns});
  }
}

// --- addresses ---

/// `all`: every address, in weighted order. `subset`: so few that a sender picking any of them keeps to the
/// weights.
std::vector<const db::MailAddress*> choose_addresses(const Pool& pool, AddressFamily family, Draw draw) {
  const auto eligible = eligible_addresses(pool, family);
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

/// Whether the pool has addresses of any family, which is what its name is published for.
bool has_addresses(const Pool& pool) {
  return !eligible_addresses(pool, AddressFamily::ipv4).empty() ||
         !eligible_addresses(pool, AddressFamily::ipv6).empty();
}

void append_pool_addresses(const Pool& pool, std::string_view question, Draw draw, std::vector<Row>& rows) {
  if (!has_addresses(pool)) {
    throw NothingToAnswer("the pool " + pool.name + " is published as A but has no address to answer with");
  }
  for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    if (!asks_for(question, type_of(family))) continue;
    for (const auto* address : choose_addresses(pool, family, draw)) {
      rows.push_back({std::string(type_of(family)), address->address, pool.ttl, true, true});
    }
  }
}

/// A mail server's own name. With one address a family it is an ordinary record, which PowerDNS may cache: an MX
/// query then costs one lookup, not one more for each target.
void append_host_addresses(const db::MailServer& host, std::string_view question, Draw draw,
                           std::vector<Row>& rows) {
  for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    if (!asks_for(question, type_of(family))) continue;
    const auto eligible = eligible_addresses(host, family);
    const auto of_family = std::count_if(host.addresses.begin(), host.addresses.end(),
                                         [&](const db::MailAddress& address) { return address.family == family; });
    const std::vector<std::uint64_t> weights(eligible.size(), 1);
    for (const std::size_t index : weighted_order(weights, draw)) {
      rows.push_back(
          {std::string(type_of(family)), eligible[index].address->address, host.ttl, true, of_family > 1});
    }
  }
}

// --- static records ---

bool has_family(const db::MailServer& host, std::string_view type) {
  return std::any_of(host.addresses.begin(), host.addresses.end(),
                     [&](const db::MailAddress& address) { return type_of(address.family) == type; });
}

void append_static(const NameContents& contents, std::string_view question, std::vector<Row>& rows) {
  for (const auto& record : contents.records) {
    if (!asks_for(question, record.type) || is_spoken_for(contents, record.type)) continue;
    rows.push_back({record.type, record.content, record.ttl, true, false});
  }
}

/// Records that PowerDNS cannot parse are left out, so that one breaks no answer; but where they were all that
/// says where mail goes, their absence would send it elsewhere or bounce it.
void require_route(const NameContents& contents, std::string_view question, const std::vector<Row>& rows) {
  if (contents.unservable_types.empty()) return;
  const auto stands = [&](std::string_view type) {
    return is_spoken_for(contents, type) ||
           std::any_of(contents.records.begin(), contents.records.end(),
                       [&](const db::Record& record) { return record.type == type; });
  };
  const bool has_mx = stands("MX");
  const bool has_route = has_mx || stands("A") || stands("AAAA") || stands("CNAME");
  for (const auto& type : contents.unservable_types) {
    if (!asks_for(question, type)) continue;
    const bool is_route = type == "A" || type == "AAAA" || type == "CNAME";
    if ((type == "MX" && !has_mx) || (is_route && !has_route) || rows.empty()) {
      throw NothingToAnswer("no " + type + " record at " + contents.name +
                            " can be served (see what is left out)");
    }
  }
}

// --- the answer ---

/// An empty non-terminal has one row without a type, as PowerDNS keeps them.
void append_nonterminal(const NameContents& contents, std::vector<Row>& rows) {
  if (rows.empty() && contents.has_names_below) rows.emplace_back();
}

/// DS records are the parent's, as PowerDNS has them also below another delegation; signatures count always.
void decide_authority(const NameContents& contents, std::vector<Row>& rows) {
  const bool is_cut_off = contents.is_below_delegation || contents.is_delegation;
  for (auto& row : rows) {
    if (contents.is_outside_chain || (is_cut_off && row.type != "DS" && row.type != "RRSIG")) row.auth = false;
  }
}

}  // namespace

bool is_spoken_for(const NameContents& contents, std::string_view type) {
  const bool is_host = contents.host && !contents.host->addresses.empty();
  if (type == "CNAME") return contents.mx_pool || contents.address_pool || is_host;
  if (type == "MX") return contents.mx_pool != nullptr;
  if (type == "A" || type == "AAAA") return contents.address_pool || (is_host && has_family(*contents.host, type));
  return false;
}

std::vector<Row> make_answer(const NameContents& contents, std::string_view type, Draw draw) {
  std::vector<Row> rows;
  rows.reserve(usual_rows);
  if (contents.mx_pool && asks_for(type, "MX"))
    append_mx(*contents.mx_pool, choose_mx(*contents.mx_pool, draw), true, rows);
  if (contents.address_pool && (asks_for(type, "A") || asks_for(type, "AAAA"))) {
    append_pool_addresses(*contents.address_pool, type, draw, rows);
  } else if (contents.host) {
    append_host_addresses(*contents.host, type, draw, rows);
  }
  append_static(contents, type, rows);
  require_route(contents, type, rows);
  // PowerDNS gives a denial the cacheability of the last row at its owner name.
  const auto turns = [](const Row& row) { return row.turns; };
  if (!std::is_partitioned(rows.begin(), rows.end(), turns))  // seldom; partitioning allocates
    std::stable_partition(rows.begin(), rows.end(), turns);
  if (type == "ANY") append_nonterminal(contents, rows);
  decide_authority(contents, rows);
  return rows;
}

std::vector<Row> make_transfer(const NameContents& contents) {
  std::vector<Row> rows;
  if (contents.mx_pool) append_mx(*contents.mx_pool, all_mx(*contents.mx_pool), false, rows);
  if (contents.address_pool && !has_addresses(*contents.address_pool)) {
    throw NothingToAnswer("the pool " + contents.address_pool->name + " is published as A but has no address");
  }
  for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    const auto append = [&](const auto& source) {
      for (const auto& one : eligible_addresses(source, family)) {
        rows.push_back({std::string(type_of(family)), one.address->address, source.ttl, true, false});
      }
    };
    if (contents.address_pool) {
      append(*contents.address_pool);
    } else if (contents.host) {
      append(*contents.host);
    }
  }
  append_static(contents, "ANY", rows);
  append_nonterminal(contents, rows);
  decide_authority(contents, rows);
  return rows;
}

}  // namespace mxbalance::answer
