// Edits of zones. Each function runs inside the caller's write transaction, on a connection that may write; what
// it refuses is a Refusal with a sentence that names the command to use instead, and changes nothing once the
// caller rolls back.
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
  std::vector<std::string> name_servers;  ///< canonical, one at least; the first is the SOA record's primary
  std::string hostmaster;                 ///< a name, as hostmaster_name() makes it; empty: hostmaster.<zone>
  std::string kind = "NATIVE";            ///< NATIVE, MASTER or SLAVE
  std::uint32_t ttl = 3600;               ///< of the SOA and NS records, seconds
};

struct ZoneChange {
  std::optional<std::string> kind;        ///< NATIVE, MASTER or SLAVE
  std::optional<std::string> hostmaster;  ///< a name, as hostmaster_name() makes it
  std::vector<std::string> primaries;     ///< as canonical_primary() makes them; empty: as they are
};

/// `primaries` as PowerDNS keeps them in domains.master.
std::string in_list(const std::vector<std::string>& primaries);

/// The name that stands for a mailbox in a SOA record (RFC 1035 §8): dots before the @ are escaped. `text` without
/// an @ is taken as such a name. Throws InvalidName where it makes no name.
std::string hostmaster_name(std::string_view text);

/// Writes the zone, its SOA record and its NS records. Returns the name servers inside the zone that have no
/// address record yet.
std::vector<std::string> add_zone(Connection& connection, const NewZone& zone, std::chrono::year_month_day today);

void change_zone(Connection& connection, std::string_view name, const ZoneChange& change);

/// Removes the zone with everything in it. Refused while a pool is published in it, or a pool's member has its
/// host name in it. Returns how many records went with it.
std::int64_t remove_zone(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
