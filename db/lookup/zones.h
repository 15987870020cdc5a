// Zones, as read from the store. Each function reads inside the caller's transaction.
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
  std::string kind;                  ///< native, master or slave, as PowerDNS says it
  std::vector<std::string> masters;  ///< a slave's primaries, address and port, each one that PowerDNS can read
  std::int64_t notified_serial = 0;
  std::int64_t last_check = 0;          ///< seconds since 1970; 0: never
  std::optional<std::uint32_t> serial;  ///< as it is served; absent: no SOA record that can be read
  std::vector<RowDefect> defects;       ///< primaries that PowerDNS cannot read, which are not in `masters`
};

/// Why PowerDNS could not find, or not even read, a zone with this domains.name: a sentence. Absent: it can. What
/// PowerDNS is told of zones holds no such name: in a poll, and with a zone cache at its start, that would end it.
std::optional<std::string> zone_name_problem(std::string_view name);

std::optional<Zone> find_zone(Connection& connection, std::int64_t id);

/// The zone whose apex is `name` (canonical).
std::optional<Zone> find_zone(Connection& connection, std::string_view name);

/// The deepest zone here that holds `name` (canonical).
std::optional<Zone> enclosing_zone(Connection& connection, std::string_view name);

/// The name at or above `name` and below the apex of `zone`, which holds it, whose NS records delegate it to other
/// name servers; absent: none does.
std::optional<std::string> delegation_of(Connection& connection, const Zone& zone, std::string_view name);

/// Whether its records come from a primary (kind SLAVE). They are stored as they come, whatever is published here:
/// refused, the zone would go stale. What is published hides them in answers.
bool is_secondary(Connection& connection, const Zone& zone);

/// The zone that a lookup of `name` (canonical) is bound to. PowerDNS gives its id, except in its search for a
/// SOA, where it is below 0. An id that does not hold the name is stale (PowerDNS caches ids): the name decides
/// then, since "no such data" would be an NXDOMAIN.
std::optional<Zone> zone_holding(Connection& connection, std::int64_t id, std::string_view name);

/// The zone whose apex is `name` (canonical), for getDomainInfo.
std::optional<ZoneInfo> read_zone_info(Connection& connection, std::string_view name);

/// Absent also for a zone whose name PowerDNS cannot read.
std::optional<ZoneInfo> read_zone_info(Connection& connection, std::int64_t id,
                                       const DefectReport& report = ignore_defect);

/// Calls `visit` for every zone whose name PowerDNS can read, one at a time: a million zones need the memory of
/// one.
void for_each_zone(Connection& connection, const std::function<void(const ZoneInfo&)>& visit,
                   const DefectReport& report = ignore_defect);

}  // namespace mxbalance::db
