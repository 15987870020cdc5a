// Edits zones. Each function runs inside the caller's write transaction. A Refusal is a sentence that names the
// command to use instead; nothing is changed after the caller's rollback.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct NewZone {
  std::string name;                       ///< canonical
  std::vector<std::string> name_servers;  ///< canonical, at least one; the first is the primary in the SOA record
  std::string hostmaster;                 ///< as from hostmaster_name(); empty: hostmaster.<zone>
  std::string kind = "NATIVE";            ///< NATIVE, MASTER or SLAVE
  std::uint32_t ttl = 3600;               ///< of the SOA and NS records, seconds
};

struct ZoneChange {
  std::optional<std::string> kind;        ///< NATIVE, MASTER or SLAVE
  std::optional<std::string> hostmaster;  ///< as from hostmaster_name()
  std::vector<std::string> primaries;     ///< as from canonical_primary(); empty: unchanged
};

/// `primaries` in the format of domains.master in PowerDNS.
std::string in_list(const std::vector<std::string>& primaries);

/// The name of a mailbox in an SOA record (RFC 1035 §8): dots before the @ are escaped. A `text` without an @ is
/// already such a name. Throws InvalidName where the result is not a DNS name.
std::string hostmaster_name(std::string_view text);

/// Adds the zone with its SOA and NS records. Returns the name servers inside the zone that have no address record
/// yet.
std::vector<std::string> add_zone(Connection& connection, const NewZone& zone, std::chrono::year_month_day today);

void change_zone(Connection& connection, std::string_view name, const ZoneChange& change);

/// Removes the zone with everything in it. Throws Refusal while a pool is published in it, or while a member of a
/// pool has its host name in it. Returns how many records were removed.
std::int64_t remove_zone(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
