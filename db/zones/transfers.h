// What PowerDNS's transfers of zones need: which primary zones have news for their secondaries, which secondary
// zones are due for a refresh, and how secondary zones come to be here. Each function runs inside the caller's
// transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/zones.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Where a walk through the zones of a kind goes on. One call looks at so many that it takes a fraction of a
/// second, and the next one goes on after them: each zone has its turn, and those come first that waited longest.
struct ZoneWalk {
  std::int64_t after = 0;  ///< the zone id that was looked at last
};

/// Primary zones (kind MASTER) whose served serial is not the one that was notified, at most `limit`. `now` in
/// seconds since 1970; a zone that was notified less than `pause` seconds before waits, so that a flapping server
/// makes no storm.
std::vector<ZoneInfo> zones_to_notify(Connection& connection, ZoneWalk& walk, std::int64_t now, std::int64_t pause,
                                      std::size_t limit, const DefectReport& report = ignore_defect);

/// Absent `serial`: the one that is served now.
void set_notified(Connection& connection, std::int64_t zone_id, std::optional<std::uint32_t> serial,
                  std::int64_t now);

/// Secondary zones (kind SLAVE) whose SOA record's refresh time is over since the last check, or that have no SOA
/// record yet, at most `limit`.
std::vector<ZoneInfo> zones_to_refresh(Connection& connection, ZoneWalk& walk, std::int64_t now, std::size_t limit,
                                       const DefectReport& report = ignore_defect);

/// `checked_at` in seconds since 1970; 0: to be checked at once.
void set_last_check(Connection& connection, std::int64_t zone_id, std::int64_t checked_at);

/// A primary whose NOTIFY may add zones here: a row of the table supermasters.
struct Autoprimary {
  std::string nameserver;
  std::string account;
};

/// The one at `address` whose name is among `name_servers` (canonical).
std::optional<Autoprimary> find_autoprimary(Connection& connection, std::string_view address,
                                            const std::vector<std::string>& name_servers);

struct NewSecondaryZone {
  std::string name;     ///< canonical
  std::string masters;  ///< the primaries' addresses, each with a port or not, separated by commas
  std::string account;
};

/// Throws Refusal where the zone is here already, and where pools are published at its names: until it is
/// transferred they would answer an error.
void add_secondary_zone(Connection& connection, const NewSecondaryZone& zone);

}  // namespace mxbalance::db
