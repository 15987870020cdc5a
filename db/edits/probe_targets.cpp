#include "db/edits/probe_targets.h"

#include <fmt/format.h>

#include "db/columns/mail_tables.h"
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

  template <typename Enumeration>
  Enumeration word(int index, const Column& column, Enumeration otherwise) {
    const auto setting = row_.getColumn(index);
    if (setting.isNull()) return otherwise;
    const auto value = setting.isText() ? from_word<Enumeration>(column, setting.getString()) : std::nullopt;
    if (!value) tell(index, column);
    return value.value_or(otherwise);
  }

  unsigned number(int index, const Column& column, unsigned otherwise) {
    const auto setting = row_.getColumn(index);
    if (setting.isNull()) return otherwise;
    if (setting.isInteger() && setting.getInt64() >= column.least && setting.getInt64() <= column.most)
      return setting.getUInt();
    tell(index, column);
    return otherwise;
  }

  std::chrono::milliseconds duration(int index, const Column& column, std::chrono::milliseconds otherwise) {
    const auto setting = row_.getColumn(index);
    if (setting.isNull()) return otherwise;
    const double seconds = setting.isText() || setting.isBlob() ? 0 : setting.getDouble();
    if (seconds >= least_seconds && seconds <= static_cast<double>(column.most))
      return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * milliseconds_in_second));
    tell(index, column);
    return otherwise;
  }

 private:
  void tell(int index, const Column& column) {
    report_({"mail_servers " + row_.getColumn(0).getString(),
             fmt::format("{} is \"{}\", which is not allowed: the default is taken", column.name,
                         row_.getColumn(index).getString())});
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
  settings.kind = reader.word(column, columns::mail_servers["probe"], settings.kind);
  settings.port = static_cast<std::uint16_t>(reader.number(column + 1, columns::mail_servers["probe_port"],
                                                           port_without_setting(settings.kind, defaults)));
  settings.interval = reader.duration(column + 2, columns::mail_servers["probe_interval"], settings.interval);
  settings.timeout = reader.duration(column + 3, columns::mail_servers["probe_timeout"], settings.timeout);
  settings.rise = reader.number(column + 4, columns::mail_servers["probe_rise"], settings.rise);
  settings.fall = reader.number(column + 5, columns::mail_servers["probe_fall"], settings.fall);
  settings.tls = reader.word(column + 6, columns::mail_servers["probe_tls"], settings.tls);
  return settings;
}

}  // namespace

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
