#include "db/zones.h"

#include <algorithm>
#include <charconv>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "db/names.h"

namespace mxbalance::db {

namespace {

/// The third field of a SOA record's content.
std::optional<std::uint32_t> serial_of(std::string_view soa) {
  constexpr std::string_view field_separators = " \t\r\n";
  auto start = soa.find_first_not_of(field_separators);
  for (int field = 0; field < 2; ++field) {
    start = soa.find_first_not_of(field_separators, soa.find_first_of(field_separators, start));
  }
  if (start == std::string_view::npos) return std::nullopt;
  const auto text = soa.substr(start, soa.find_first_of(field_separators, start) - start);
  std::uint32_t serial = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), serial);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return serial;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::vector<std::string> split_masters(std::string_view text) {
  std::vector<std::string> masters;
  constexpr std::string_view separators = " ,;\t";
  for (auto start = text.find_first_not_of(separators); start != std::string_view::npos;) {
    const auto end = text.find_first_of(separators, start);
    masters.emplace_back(text.substr(start, end - start));
    start = text.find_first_not_of(separators, end);
  }
  return masters;
}

ZoneInfo zone_info(SQLite::Statement& row) {
  ZoneInfo info;
  info.zone = {row.getColumn(0).getInt64(), lower(row.getColumn(1).getString())};
  info.kind = lower(row.getColumn(2).getString());
  info.masters = split_masters(row.getColumn(3).getString());
  info.notified_serial = row.getColumn(4).getInt64();
  info.last_check = row.getColumn(5).getInt64();
  if (!row.isColumnNull(6)) info.serial = serial_of(row.getColumn(6).getString());
  return info;
}

std::optional<Zone> zone_of(SQLite::Statement& query) {
  if (!query.executeStep()) return std::nullopt;
  return Zone{query.getColumn(0).getInt64(), lower(query.getColumn(1).getString())};
}

}  // namespace

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

std::optional<ZoneInfo> read_zone_info(Connection& connection, std::string_view name) {
  auto& query = connection.statement(
      "SELECT d.id, d.name, d.type, d.master, d.notified_serial, d.last_check, r.content FROM domains d"
      " LEFT JOIN records r ON r.domain_id = d.id AND r.name = lower(d.name) AND upper(r.type) = 'SOA'"
      " AND NOT coalesce(r.disabled, 0)"
      " WHERE d.name = ? LIMIT 1");
  query.bind(1, std::string(name));
  if (!query.executeStep()) return std::nullopt;
  return zone_info(query);
}

void for_each_zone(Connection& connection, const std::function<void(const ZoneInfo&)>& visit) {
  auto& query = connection.statement(
      "SELECT d.id, d.name, d.type, d.master, d.notified_serial, d.last_check,"
      " (SELECT r.content FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name)"
      " AND upper(r.type) = 'SOA'"
      " AND NOT coalesce(r.disabled, 0) LIMIT 1) FROM domains d");
  while (query.executeStep())
    visit(zone_info(query));
}

std::vector<std::pair<std::string, std::string>> read_metadata(Connection& connection, std::string_view name,
                                                               std::optional<std::string_view> kind) {
  auto& query = connection.statement(
      "SELECT m.kind, m.content FROM domainmetadata m JOIN domains d ON d.id = m.domain_id"
      " WHERE d.name = ?1 AND (?2 IS NULL OR m.kind = ?2) ORDER BY m.id");
  query.bind(1, std::string(name));
  if (kind) query.bind(2, std::string(*kind));
  std::vector<std::pair<std::string, std::string>> rows;
  while (query.executeStep())
    rows.emplace_back(query.getColumn(0).getString(), query.getColumn(1).getString());
  return rows;
}

}  // namespace mxbalance::db
