#include "db/lookup/zones.h"

#include <algorithm>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/base/text.h"
#include "db/dns/addresses.h"
#include "db/dns/names.h"
#include "db/dns/soa.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// `row` is a row of the view zone_infos.
ZoneInfo zone_info(SQLite::Statement& row) {
  ZoneInfo info;
  info.zone = {row.getColumn(0).getInt64(), lower(row.getColumn(1).getString())};
  info.kind = lower(row.getColumn(2).getString());
  const std::string masters = row.getColumn(3).getString();
  constexpr std::string_view separators = " ,;\t";
  std::string_view rest = masters;
  for (auto primary = take_word(rest, separators); !primary.empty(); primary = take_word(rest, separators)) {
    if (is_primary(primary)) {
      info.masters.emplace_back(primary);
    } else {
      info.defects.push_back(
          {"zone " + info.zone.name,
           fmt::format("its primary \"{}\" is no address (192.0.2.1, 192.0.2.1:5300, 2001:db8::1 or "
                       "[2001:db8::1]:5300), so it is not asked",
                       primary)});
    }
  }
  info.notified_serial = row.getColumn(4).getInt64();
  info.last_check = row.getColumn(5).getInt64();
  info.serial = row.isColumnNull(6) ? std::nullopt : soa_serial(row.getColumn(6).getString());
  if (info.serial && !row.isColumnNull(7)) info.serial = row.getColumn(7).getUInt();
  return info;
}

/// Whether PowerDNS can read the zone's name. `row` is a row of the view zone_infos.
bool is_readable(SQLite::Statement& row, const DefectReport& report) {
  const auto problem = zone_name_problem(row.getColumn(1).getString());
  if (problem) report({fmt::format("domains.id {}", row.getColumn(0).getInt64()), *problem});
  return !problem;
}

ZoneInfo reported(ZoneInfo info, const DefectReport& report) {
  for (const auto& defect : info.defects)
    report(defect);
  return info;
}

std::optional<ZoneInfo> zone_info_of(SQLite::Statement& query) {
  if (!query.executeStep()) return std::nullopt;
  return zone_info(query);
}

std::optional<Zone> zone_of(SQLite::Statement& query) {
  if (!query.executeStep()) return std::nullopt;
  return Zone{query.getColumn(0).getInt64(), lower(query.getColumn(1).getString())};
}

}  // namespace

std::optional<std::string> zone_name_problem(std::string_view name) {
  if (auto problem = name_problem(name)) return "its name cannot be read: " + *problem;
  const std::string canonical = canonical_name(name);
  if (canonical == lower(name)) return std::nullopt;
  return "its name is not spelled as PowerDNS asks for it, which is " + canonical;
}

std::optional<Zone> find_zone(Connection& connection, std::int64_t id) {
  auto& query = connection.statement("SELECT id, name FROM domains WHERE id = ?");
  query.bind(1, id);
  return zone_of(query);
}

std::optional<Zone> find_zone(Connection& connection, std::string_view name) {
  auto& query = connection.statement("SELECT id, name FROM domains WHERE name = ?");
  query.bind(1, std::string(name));
  return zone_of(query);
}

std::optional<Zone> enclosing_zone(Connection& connection, std::string_view name) {
  for (; !name.empty(); name = parent_name(name)) {
    if (auto zone = find_zone(connection, name)) return zone;
  }
  return std::nullopt;
}

std::optional<std::string> delegation_of(Connection& connection, const Zone& zone, std::string_view name) {
  auto& query = connection.statement(
      "SELECT 1 FROM records WHERE domain_id = ? AND name = ? AND canonical_type(type) = 'NS' AND disabled = 0"
      " LIMIT 1");
  for (; name != zone.name && !name.empty(); name = parent_name(name)) {
    query.reset();
    query.bind(1, zone.id);
    query.bind(2, std::string(name));
    if (query.executeStep()) return std::string(name);
  }
  return std::nullopt;
}

bool is_secondary(Connection& connection, const Zone& zone) {
  return exists(connection, "SELECT 1 FROM domains WHERE id = ? AND upper(type) = 'SLAVE'", zone.id);
}

std::optional<Zone> zone_holding(Connection& connection, std::int64_t id, std::string_view name) {
  if (id >= 0) {
    auto zone = find_zone(connection, id);
    if (zone && is_within(name, zone->name)) return zone;
  }
  return enclosing_zone(connection, name);
}

std::optional<ZoneInfo> read_zone_info(Connection& connection, std::string_view name) {
  auto& query = connection.statement("SELECT * FROM zone_infos WHERE name = ?");
  query.bind(1, std::string(name));
  return zone_info_of(query);
}

std::optional<ZoneInfo> read_zone_info(Connection& connection, std::int64_t id, const DefectReport& report) {
  auto& query = connection.statement("SELECT * FROM zone_infos WHERE id = ?");
  query.bind(1, id);
  if (!query.executeStep() || !is_readable(query, report)) return std::nullopt;
  return reported(zone_info(query), report);
}

void for_each_zone(Connection& connection, const std::function<void(const ZoneInfo&)>& visit,
                   const DefectReport& report) {
  auto& query = connection.statement("SELECT * FROM zone_infos");
  while (query.executeStep()) {
    if (is_readable(query, report)) visit(reported(zone_info(query), report));
  }
}

}  // namespace mxbalance::db
