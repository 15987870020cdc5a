#include "db/probe_targets.h"

#include <algorithm>

#include "db/bound_statement.h"
#include "db/pools.h"

namespace mxbalance::db {

namespace {

constexpr double milliseconds_in_second = 1000;

std::chrono::milliseconds duration_of(const SQLite::Column& column, std::chrono::milliseconds otherwise) {
  if (column.isNull()) return otherwise;
  return std::chrono::milliseconds(std::clamp<std::int64_t>(
      static_cast<std::int64_t>(column.getDouble() * milliseconds_in_second), 10, 86400000));
}

unsigned number_of(const SQLite::Column& column, unsigned otherwise, unsigned most) {
  return column.isNull() ? otherwise : std::clamp(column.getUInt(), 1U, most);
}

/// The port of `defaults` is one for servers that speak TLS from the start, or for those that do not.
std::uint16_t port_without_setting(ProbeKind kind, const ProbeSettings& defaults) {
  const bool is_alike = (kind == ProbeKind::smtps) == (defaults.kind == ProbeKind::smtps);
  return is_alike ? defaults.port : default_port(kind);
}

/// The columns probe, probe_port, probe_interval, probe_timeout, probe_rise, probe_fall, probe_tls from `column`
/// on.
ProbeSettings settings_of(SQLite::Statement& row, int column, const ProbeSettings& defaults) {
  ProbeSettings settings = defaults;
  settings.kind = probe_kind_of(row.getColumn(column).getString()).value_or(settings.kind);
  settings.port = static_cast<std::uint16_t>(
      number_of(row.getColumn(column + 1), port_without_setting(settings.kind, defaults), 65535));
  settings.interval = duration_of(row.getColumn(column + 2), settings.interval);
  settings.timeout = duration_of(row.getColumn(column + 3), settings.timeout);
  settings.rise = number_of(row.getColumn(column + 4), settings.rise, 100);
  settings.fall = number_of(row.getColumn(column + 5), settings.fall, 100);
  settings.tls = probe_tls_of(row.getColumn(column + 6).getString()).value_or(settings.tls);
  return settings;
}

}  // namespace

std::optional<ProbeKind> probe_kind_of(std::string_view word) {
  if (word == "smtp") return ProbeKind::smtp;
  if (word == "smtps") return ProbeKind::smtps;
  if (word == "tcp") return ProbeKind::tcp;
  if (word == "none") return ProbeKind::none;
  return std::nullopt;
}

std::optional<ProbeTls> probe_tls_of(std::string_view word) {
  if (word == "off") return ProbeTls::off;
  if (word == "try") return ProbeTls::try_it;
  if (word == "require") return ProbeTls::require;
  return std::nullopt;
}

std::uint16_t default_port(ProbeKind kind) {
  return kind == ProbeKind::smtps ? 465 : 25;
}

std::vector<ProbeTarget> read_probe_targets(Connection& connection, const ProbeSettings& defaults) {
  auto& rows = connection.statement(
      "SELECT a.server, a.address, a.health, a.probed, s.probe, s.probe_port, s.probe_interval, s.probe_timeout,"
      " s.probe_rise, s.probe_fall, s.probe_tls, a.unprobed_since FROM mail_addresses a JOIN mail_servers s ON "
      "s.name = a.server"
      " ORDER BY a.server, a.address");
  std::vector<ProbeTarget> targets;
  while (rows.executeStep()) {
    ProbeTarget target;
    target.server = rows.getColumn(0).getString();
    target.address = rows.getColumn(1).getString();
    const auto family = family_of(target.address);
    const auto health = health_of(rows.getColumn(2).getString());
    if (!family || !health) continue;
    target.family = *family;
    target.health = *health;
    target.probed = rows.getColumn(3).getInt() != 0;
    target.settings = settings_of(rows, 4, defaults);
    if (!rows.isColumnNull(11)) target.unprobed_since = rows.getColumn(11).getInt64();
    targets.push_back(std::move(target));
  }
  return targets;
}

std::vector<ExpiredHealth> read_expired_health(Connection& connection, std::int64_t now) {
  auto& rows = bound(connection,
                     "SELECT name, reason, health_until FROM mail_servers"
                     " WHERE health_until <= ? AND health <> 'unknown'",
                     now);
  std::vector<ExpiredHealth> expired;
  while (rows.executeStep()) {
    expired.push_back(
        {rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getInt64()});
  }
  return expired;
}

}  // namespace mxbalance::db
