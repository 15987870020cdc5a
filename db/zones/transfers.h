// Serves PowerDNS's zone transfers: which primary zones must notify their secondaries, which secondary zones are
// due for a refresh, and how a secondary zone is added. Each function runs inside the caller's transaction.
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

/// Where the next call of a function continues among the zones. One call examines only as many zones as take a
/// fraction of a second, and the next call continues after them. So every zone has its turn, and those that have
/// waited longest come first.
struct ZoneWalk {
  std::int64_t after = 0;  ///< the last zone id that was examined
};

/// Primary zones (kind MASTER) whose served serial differs from the last one notified, at most `limit`. `now` is
/// in seconds since 1970. A zone that was notified less than `pause` seconds ago waits, so that a server that goes
/// up and down does not cause many NOTIFYs.
std::vector<ZoneInfo> zones_to_notify(Connection& connection, ZoneWalk& walk, std::int64_t now, std::int64_t pause,
                                      std::size_t limit, const DefectReport& report = ignore_defect);

/// Records that secondaries were notified of `serial`. Absent: of the serial that is served now.
void set_notified(Connection& connection, std::int64_t zone_id, std::optional<std::uint32_t> serial,
                  std::int64_t now);

/// Secondary zones (kind SLAVE) that have no SOA record yet, or whose last check is longer ago than the refresh
/// time of their SOA record, at most `limit`.
std::vector<ZoneInfo> zones_to_refresh(Connection& connection, ZoneWalk& walk, std::int64_t now, std::size_t limit,
                                       const DefectReport& report = ignore_defect);

/// `checked_at` is in seconds since 1970. 0: the zone is due for a check at once.
void set_last_check(Connection& connection, std::int64_t zone_id, std::int64_t checked_at);

/// A primary whose NOTIFY may add new secondary zones: a row of the table supermasters.
struct Autoprimary {
  std::string nameserver;
  std::string account;
};

/// The autoprimary at `address` whose name is one of `name_servers` (canonical).
std::optional<Autoprimary> find_autoprimary(Connection& connection, std::string_view address,
                                            const std::vector<std::string>& name_servers);

struct NewSecondaryZone {
  std::string name;     ///< canonical
  std::string masters;  ///< the primaries' addresses with optional ports, separated by commas
  std::string account;
};

/// Adds a secondary zone. Throws Refusal where the zone exists already, or where pools are published at names in
/// it: lookups of these names would fail until the zone is transferred.
void add_secondary_zone(Connection& connection, const NewSecondaryZone& zone);

}  // namespace mxbalance::db
