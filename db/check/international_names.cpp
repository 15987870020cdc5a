#include "db/dns/international_names.h"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "db/check/rules.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// The name in the form of the store. Absent when it is not a name.
std::optional<std::string> escaped_name(std::string_view name) {
  try {
    return canonical_name(name);
  } catch (const InvalidName&) {
    return std::nullopt;
  }
}

/// Checks zones. Also finds names with escapes, as PowerDNS and older versions wrote them.
void check_zones_outside_ascii(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT name, id FROM domains"
      " WHERE name GLOB '*[^ -~]*' OR name GLOB '*\\[12][0-9][0-9]*'");
  while (rows.executeStep()) {
    const std::string name = rows.getColumn(0).getString();
    const auto meant = international_spelling(name);
    if (!meant) continue;
    report(
        {"zone " + name, "its name holds letters outside ASCII, and is asked for as " + *meant,
         fmt::format("UPDATE domains SET name = {1} WHERE id = {2}; UPDATE records SET name = replace(name, {0}, "
                     "{1}) WHERE domain_id = {2}",
                     literal(name), literal(*meant), rows.getColumn(1).getInt64())});
  }
}

/// Checks records in other zones. Escaped octets may be intended, for example in names of services (RFC 6763), but
/// not in names that receive mail.
void check_records_outside_ascii(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT r.id, r.name, r.type, d.name FROM records r JOIN domains d ON d.id = r.domain_id"
      " WHERE r.name GLOB '*[^ -~]*' OR (canonical_type(r.type) = 'MX' AND r.name GLOB '*\\[12][0-9][0-9]*')");
  while (rows.executeStep()) {
    const std::string name = rows.getColumn(1).getString();
    const auto meant = international_spelling(name);
    if (!meant || international_spelling(rows.getColumn(3).getString())) continue;
    const std::int64_t id = rows.getColumn(0).getInt64();
    report({fmt::format("records.id {} ({} {})", id, name, rows.getColumn(2).getString()),
            "its name holds letters outside ASCII, and is asked for as " + *meant,
            fmt::format("UPDATE records SET name = {} WHERE id = {}", literal(*meant), id)});
  }
}

/// Finds octets without an escape. PowerDNS asks for names with escapes, and SQL compares bytes.
void check_unescaped_octets(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT 'domains', id, name FROM domains WHERE name GLOB '*[^!-~]*'"
      " UNION ALL SELECT 'records', id, name FROM records WHERE name GLOB '*[^!-~]*'");
  while (rows.executeStep()) {
    const std::string table = rows.getColumn(0).getString();
    const std::int64_t id = rows.getColumn(1).getInt64();
    const std::string name = rows.getColumn(2).getString();
    const auto escaped = escaped_name(name);
    if (!escaped || international_spelling(name)) continue;
    report({fmt::format("{}.id {} ({})", table, id, name),
            "its name holds octets that need an escape, so it is not found",
            fmt::format("UPDATE {} SET name = {} WHERE id = {}", table, literal(*escaped), id)});
  }
}

}  // namespace

void check_international_names(Connection& connection, const Report& report) {
  check_zones_outside_ascii(connection, report);
  check_records_outside_ascii(connection, report);
  check_unescaped_octets(connection, report);
}

}  // namespace mxbalance::db
