// Reads zones from the store. Each function reads inside the caller's transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct ZoneInfo {
  Zone zone;
  std::string kind;                  ///< native, master or slave, in PowerDNS's words
  std::vector<std::string> masters;  ///< address and port of a slave's primaries, if PowerDNS can read them
  std::int64_t notified_serial = 0;
  std::int64_t last_check = 0;          ///< seconds since 1970; 0: never
  std::optional<std::uint32_t> serial;  ///< the served serial; absent: no readable SOA record
  std::vector<RowDefect> defects;       ///< the primaries that PowerDNS cannot read
};

/// Why PowerDNS could not find or read a zone with this domains.name, as a sentence. Absent when it can. Lists of
/// zones for PowerDNS leave such names out: PowerDNS would exit on one when it polls, and at its start with a zone
/// cache.
std::optional<std::string> zone_name_problem(std::string_view name);

std::optional<Zone> find_zone(Connection& connection, std::int64_t id);

/// The zone whose apex is `name` (canonical).
std::optional<Zone> find_zone(Connection& connection, std::string_view name);

/// The deepest zone in the store that holds `name` (canonical).
std::optional<Zone> enclosing_zone(Connection& connection, std::string_view name);

/// The name whose NS records delegate `name` to other name servers. It is at or above `name`, which is in `zone`,
/// and below the apex. Absent when no name does.
std::optional<std::string> delegation_of(Connection& connection, const Zone& zone, std::string_view name);

/// Whether the zone's records come from a primary (kind SLAVE). Transferred records are stored even where a pool
/// is published at their name: if they were refused, the zone would become stale. The pool hides them in answers.
bool is_secondary(Connection& connection, const Zone& zone);

/// The zone for a lookup of `name` (canonical). PowerDNS gives the zone's id, or an id below 0 when it searches
/// for an SOA record. PowerDNS caches ids. When the zone with that id does not hold the name, the id is outdated
/// and the zone is found by the name, because "no such data" would become an NXDOMAIN.
std::optional<Zone> zone_holding(Connection& connection, std::int64_t id, std::string_view name);

/// The zone whose apex is `name` (canonical), for getDomainInfo.
std::optional<ZoneInfo> read_zone_info(Connection& connection, std::string_view name);

/// Absent when there is no such zone, or when PowerDNS cannot read its name.
std::optional<ZoneInfo> read_zone_info(Connection& connection, std::int64_t id,
                                       const DefectReport& report = ignore_defect);

/// Calls `visit` for every zone whose name PowerDNS can read. Reads one zone at a time, so that a million zones
/// need the memory of one.
void for_each_zone(Connection& connection, const std::function<void(const ZoneInfo&)>& visit,
                   const DefectReport& report = ignore_defect);

}  // namespace mxbalance::db
