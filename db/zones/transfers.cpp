#include "db/zones/transfers.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/dns/names.h"
#include "db/dns/soa.h"
#include "db/lookup/references.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

// Most zones examined by one call: about a tenth of a second.
constexpr std::int64_t most_examined = 50000;

/// The zones for which `is_due` returns true. `sql` returns zone ids in order: above ?1, up to ?2, at most ?3.
std::vector<ZoneInfo> next_due_zones(Connection& connection, ZoneWalk& walk, std::string_view sql,
                                     std::size_t limit, const std::function<bool(SQLite::Statement&)>& is_due,
                                     const DefectReport& report) {
  std::vector<std::int64_t> due;
  std::int64_t left = most_examined;
  const auto look = [&](std::int64_t after, std::int64_t last) {
    auto& rows = bound(connection, sql, after, last, left);
    while (due.size() < limit && rows.executeStep()) {
      --left;
      walk.after = rows.getColumn(0).getInt64();
      if (is_due(rows)) due.push_back(walk.after);
    }
    rows.reset();
  };
  const std::int64_t start = walk.after;
  look(start, std::numeric_limits<std::int64_t>::max());
  if (left > 0 && due.size() < limit) look(std::numeric_limits<std::int64_t>::min(), start);
  std::vector<ZoneInfo> infos;
  for (const auto id : due) {
    if (auto info = read_zone_info(connection, id, report)) infos.push_back(std::move(*info));
  }
  return infos;
}

/// Whether `name`, in any spelling, is one of `names`. A text that is no DNS name is not one of them.
bool is_among(const std::vector<std::string>& names, std::string_view name) {
  try {
    return std::find(names.begin(), names.end(), canonical_name(name)) != names.end();
  } catch (const InvalidName&) {
    return false;
  }
}

}  // namespace

std::vector<ZoneInfo> zones_to_notify(Connection& connection, ZoneWalk& walk, std::int64_t now, std::int64_t pause,
                                      std::size_t limit, const DefectReport& report) {
  const auto is_due = [&](SQLite::Statement& row) {
    const std::int64_t notified_at = row.getColumn(2).getInt64();
    const bool waits = notified_at <= now && notified_at > now - pause;  // false if the clock was set back
    return row.getColumn(1).getInt() != 0 && !waits;
  };
  return next_due_zones(connection, walk,
                        "SELECT d.id, (SELECT s.served FROM zone_serials s WHERE s.domain_id = d.id)"
                        " <> coalesce(d.notified_serial, 0),"
                        " (SELECT z.notified_at FROM zone_changes z WHERE z.domain_id = d.id) FROM domains d"
                        " WHERE upper(d.type) = 'MASTER' AND d.id > ?1 AND d.id <= ?2 ORDER BY d.id LIMIT ?3",
                        limit, is_due, report);
}

std::vector<ZoneInfo> zones_to_refresh(Connection& connection, ZoneWalk& walk, std::int64_t now, std::size_t limit,
                                       const DefectReport& report) {
  const auto is_due = [&](SQLite::Statement& row) {
    const auto refresh = soa_refresh(row.getColumn(2).getString());
    const std::int64_t last_check = row.getColumn(1).getInt64();
    return !refresh || last_check + *refresh <= now || last_check > now;
  };
  return next_due_zones(
      connection, walk,
      "SELECT d.id, coalesce(d.last_check, 0), (SELECT r.content FROM records r"
      " WHERE r.domain_id = d.id AND r.name = lower(d.name) AND canonical_type(r.type) = 'SOA'"
      " AND r.disabled = 0 LIMIT 1)"
      " FROM domains d WHERE upper(d.type) = 'SLAVE' AND d.id > ?1 AND d.id <= ?2 ORDER BY d.id LIMIT ?3",
      limit, is_due, report);
}

void set_notified(Connection& connection, std::int64_t zone_id, std::optional<std::uint32_t> serial,
                  std::int64_t now) {
  execute(connection,
          "UPDATE domains SET notified_serial ="
          " coalesce(?2, (SELECT served FROM zone_serials WHERE domain_id = ?1), notified_serial) WHERE id = ?1",
          zone_id, serial);
  execute(connection, "UPDATE zone_changes SET notified_at = ?2 WHERE domain_id = ?1", zone_id, now);
}

void set_last_check(Connection& connection, std::int64_t zone_id, std::int64_t checked_at) {
  execute(connection, "UPDATE domains SET last_check = ?2 WHERE id = ?1", zone_id, checked_at);
}

std::optional<Autoprimary> find_autoprimary(Connection& connection, std::string_view address,
                                            const std::vector<std::string>& name_servers) {
  auto& rows = bound(connection, "SELECT nameserver, account FROM supermasters WHERE ip = ?", address);
  while (rows.executeStep()) {
    Autoprimary autoprimary{rows.getColumn(0).getString(), rows.getColumn(1).getString()};
    if (is_among(name_servers, autoprimary.nameserver)) {
      rows.reset();
      return autoprimary;
    }
  }
  return std::nullopt;
}

void add_secondary_zone(Connection& connection, const NewSecondaryZone& zone) {
  if (find_zone(connection, zone.name)) throw Refusal(fmt::format("the zone {} is here already", zone.name));
  execute(connection, "INSERT INTO domains (name, type, master, account) VALUES (?1, 'SLAVE', ?2, ?3)", zone.name,
          zone.masters, zone.account);
  require_soa_if_published(connection, require_zone(connection, zone.name));
}

}  // namespace mxbalance::db
