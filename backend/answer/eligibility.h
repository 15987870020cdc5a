// Who of a pool may be answered now, whatever the draw: states, health, fail open, tiers, weight 0. The view
// pool_status says the same in SQL for people; a test holds the two together. Pure; the results point into the
// pool.
#pragma once

#include <cstdint>
#include <vector>

#include "db/model.h"

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

/// Down: its own health says so, or all its addresses are. A server whose addresses are not kept here has only its
/// own.
bool is_down(const db::MailServer& server);

/// The tiers of the pool's MX answer, the lowest preference first. Empty only when no member is enabled or
/// draining.
///
/// Enabled members serve; draining ones only where none is enabled. Down members are left out, unless fewer than
/// min_live members (at most all of them) are live: then health is not believed (fail open). Weight 0 waits until
/// no member of its tier with a weight is live.
std::vector<Tier> eligible_tiers(const db::Pool& pool);

/// The pool's addresses of `family`, by the same rules for the members that have some; only the best tier that has
/// a live member answers, or all tiers together when the family fails open. Empty when the pool has no address of
/// the family, or when all of them are down while the other family has a live one.
std::vector<EligibleAddress> eligible_addresses(const db::Pool& pool, db::AddressFamily family);

/// The addresses of a mail server's own host name, whatever its state: a name must keep resolving. Down ones are
/// left out while another of the family is live, and a family all of whose addresses are down while the other has
/// a live one.
std::vector<EligibleAddress> eligible_addresses(const db::MailServer& host, db::AddressFamily family);

}  // namespace mxbalance::answer
