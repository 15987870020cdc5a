// Decides which members of a pool may be answered now, before any draw: by state, health, fail open, tiers and
// weight 0. The view pool_status computes the same in SQL for people; a test compares the two. Pure. The results
// point into the pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "db/lookup/model.h"

namespace mxbalance::answer {

/// A member that may be answered. Its weight is at least 1.
struct EligibleMember {
  const db::PoolMember* member = nullptr;
  std::uint64_t weight = 1;
};

/// Members of one preference (RFC 5321 §5.1).
struct Tier {
  std::uint32_t preference = 0;
  std::vector<EligibleMember> members;
};

/// An address that may be answered. If a member has several addresses of the family, its weight is divided among
/// them, in units of 1/2³². A sender that picks an address then reaches each member in proportion to its weight.
struct EligibleAddress {
  const db::MailAddress* address = nullptr;
  std::uint64_t weight = 1;
};

/// Whether the server is down: by its own health, or because all its addresses are down. Addresses that cannot be
/// probed from here do not count, unless there are no others. A server without addresses in the store has only its
/// own health.
bool is_down(const db::MailServer& server);

/// Which members of a pool are answered.
enum class AnsweredBy {
  live_members,          ///< enough serving members are live: the live ones
  draining_members_too,  ///< too few are live: these, and draining members that are up
  all_members,           ///< still too few: fail open with all serving members and those draining ones
  nobody,                ///< no address of the family is live, and the other family has live ones
};

/// How the rule was applied. Serving members are the enabled ones, or the draining ones where none is enabled. At
/// least min_live of them must be live, but at least one, and at most all of them. If fewer are live, draining
/// members that are `up` (not `unknown`) help. If there are still too few, health is ignored.
struct Answering {
  AnsweredBy by = AnsweredBy::live_members;
  std::size_t serving = 0;
  std::size_t live = 0;     ///< how many serving members are live
  std::size_t helping = 0;  ///< draining members that are not serving and could help
  std::size_t needed = 1;
};

Answering answering_mx(const db::Pool& pool);

/// Applies the rule to the members that have an address of `family`. An address that cannot be probed from here
/// counts as no better than the best probed address of its server.
Answering answering_addresses(const db::Pool& pool, db::AddressFamily family);

/// The tiers of the pool's MX answer, the lowest preference first. Empty only when no member is enabled or
/// draining.
/// A tier consists of serving members. A member with weight 0 is answered only when no member of its tier with a
/// higher weight is live. Draining members that help are added to the tier with the highest preference number, or
/// form a tier when there is no other.
std::vector<Tier> eligible_tiers(const db::Pool& pool);

/// The pool's addresses of `family`, by the same rule. Of the serving members, only the best tier with a live
/// member is answered, or all tiers together when the family fails open. Empty when the pool has no address of the
/// family, or when the family is answered by nobody.
std::vector<EligibleAddress> eligible_addresses(const db::Pool& pool, db::AddressFamily family);

/// The addresses of a mail server's host name, whatever its state, because the name must keep resolving. Down
/// addresses are left out while another of the family is live. A family with only down addresses is left out while
/// the other family has a live address that can be probed from here.
std::vector<EligibleAddress> eligible_addresses(const db::MailServer& host, db::AddressFamily family);

}  // namespace mxbalance::answer
