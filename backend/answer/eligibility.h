// Who of a pool may be answered now, whatever the draw: states, health, fail open, tiers, weight 0. The view
// pool_status says the same in SQL for people; a test holds the two together. Pure; the results point into the
// pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "db/lookup/model.h"

namespace mxbalance::answer {

/// A member that may be answered, with a weight of at least 1.
struct EligibleMember {
  const db::PoolMember* member = nullptr;
  std::uint64_t weight = 1;
};

/// Members of one preference (RFC 5321 §5.1).
struct Tier {
  std::uint32_t preference = 0;
  std::vector<EligibleMember> members;
};

/// An address that may be answered. The weight of a member with several addresses of the family is shared among
/// them, in fractions of 2³², so that whoever picks an address reaches each member in proportion to its weight.
struct EligibleAddress {
  const db::MailAddress* address = nullptr;
  std::uint64_t weight = 1;
};

/// Down: its own health says so, or all its addresses are, of which those that cannot be probed from here do not
/// count beside others. A server whose addresses are not kept here has only its own.
bool is_down(const db::MailServer& server);

/// By which of its members a pool is answered.
enum class AnsweredBy {
  live_members,          ///< the serving members that are live: as many as wanted
  draining_members_too,  ///< too few are live: these, and draining members that are up
  all_members,           ///< still too few: all serving members, and those draining ones. It fails open
  nobody,                ///< a family of which nothing is live leaves while the other one lives
};

/// How the rule falls out. The members that serve are the enabled ones, where none is enabled the draining ones.
/// They are wanted live as min_live says, but at least one, and at most all. Draining members that are `up` (not
/// `unknown`) help out where fewer are; without enough of both, health is not believed.
struct Answering {
  AnsweredBy by = AnsweredBy::live_members;
  std::size_t serving = 0;
  std::size_t live = 0;     ///< of the serving ones
  std::size_t helping = 0;  ///< draining members beside the serving ones that could help out
  std::size_t needed = 1;
};

Answering answering_mx(const db::Pool& pool);

/// The same of the members that have an address of `family`. One that cannot be probed from here is no better than
/// the best of its server's that can.
Answering answering_addresses(const db::Pool& pool, db::AddressFamily family);

/// The tiers of the pool's MX answer, the lowest preference first. Empty only when no member is enabled or
/// draining.
///
/// Tiers are the serving members', and weight 0 waits until no serving member of its tier with a weight is live.
/// Draining members that help out join the worst tier that is answered, or make one of their own.
std::vector<Tier> eligible_tiers(const db::Pool& pool);

/// The pool's addresses of `family`, by the same rule: of the serving members only the best tier that has a live
/// one answers, or all tiers together when the family fails open. Empty when the pool has no address of the
/// family, or when it leaves.
std::vector<EligibleAddress> eligible_addresses(const db::Pool& pool, db::AddressFamily family);

/// The addresses of a mail server's own host name, whatever its state: a name must keep resolving. Down ones are
/// left out while another of the family is live, and a family all of whose addresses are down while the other has
/// a live one that can be probed from here.
std::vector<EligibleAddress> eligible_addresses(const db::MailServer& host, db::AddressFamily family);

}  // namespace mxbalance::answer
