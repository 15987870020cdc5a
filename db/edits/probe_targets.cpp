#include "db/edits/probe_targets.h"

#include <fmt/format.h>

#include "db/lookup/pools.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

constexpr double milliseconds_in_second = 1000;

/// Reads one server's settings. A value that breaks the rules of the store was written with the rules off. It
/// counts as absent and is reported.
class SettingReader {
 public:
  SettingReader(SQLite::Statement& row, const DefectReport& report) : row_(row), report_(report) {}

  template <typename Value>
  Value word(int column, std::string_view field, std::optional<Value> (*value_of)(std::string_view),
             Value otherwise) {
    const auto setting = row_.getColumn(column);
    if (setting.isNull()) return otherwise;
    const auto value = setting.isText() ? value_of(setting.getString()) : std::nullopt;
    if (!value) tell(column, field);
    return value.value_or(otherwise);
  }

  unsigned number(int column, std::string_view field, unsigned otherwise, unsigned most) {
    const auto setting = row_.getColumn(column);
    if (setting.isNull()) return otherwise;
    if (setting.isInteger() && setting.getInt64() >= 1 && setting.getInt64() <= most) return setting.getUInt();
    tell(column, field);
    return otherwise;
  }

  std::chrono::milliseconds duration(int column, std::string_view field, std::chrono::milliseconds otherwise) {
    constexpr double least = 0.01;
    constexpr double most = 86400;
    const auto setting = row_.getColumn(column);
    if (setting.isNull()) return otherwise;
    const double seconds = setting.isText() || setting.isBlob() ? 0 : setting.getDouble();
    if (seconds >= least && seconds <= most)
      return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * milliseconds_in_second));
    tell(column, field);
    return otherwise;
  }

 private:
  void tell(int column, std::string_view field) {
    report_({"mail_servers " + row_.getColumn(0).getString(),
             fmt::format("{} is \"{}\", which is not allowed: the default is taken", field,
                         row_.getColumn(column).getString())});
  }

  SQLite::Statement& row_;
  const DefectReport& report_;
};

/// The default port. The port of `defaults` is used if both kinds speak TLS from the start, or if neither does.
std::uint16_t port_without_setting(ProbeKind kind, const ProbeSettings& defaults) {
  const bool is_alike = (kind == ProbeKind::smtps) == (defaults.kind == ProbeKind::smtps);
  return is_alike ? defaults.port : default_port(kind);
}

/// Reads the columns probe, probe_port, probe_interval, probe_timeout, probe_rise, probe_fall and probe_tls,
/// starting at `column`.
ProbeSettings settings_of(SQLite::Statement& row, int column, const ProbeSettings& defaults,
                          const DefectReport& report) {
  SettingReader reader(row, report);
  ProbeSettings settings = defaults;
  settings.kind = reader.word(column, "probe", probe_kind_of, settings.kind);
  settings.port = static_cast<std::uint16_t>(
      reader.number(column + 1, "probe_port", port_without_setting(settings.kind, defaults), 65535));
  settings.interval = reader.duration(column + 2, "probe_interval", settings.interval);
  settings.timeout = reader.duration(column + 3, "probe_timeout", settings.timeout);
  settings.rise = reader.number(column + 4, "probe_rise", settings.rise, 100);
  settings.fall = reader.number(column + 5, "probe_fall", settings.fall, 100);
  settings.tls = reader.word(column + 6, "probe_tls", probe_tls_of, settings.tls);
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

std::vector<ProbeTarget> read_probe_targets(Connection& connection, const ProbeSettings& defaults,
                                            const DefectReport& report) {
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
    target.settings = settings_of(rows, 4, defaults, report);
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
