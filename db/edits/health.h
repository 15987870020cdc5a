// Writes of health: what probes found, which addresses cannot be probed, what people set for a while, and how
// servers are probed. Each function runs inside the caller's write transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "db/lookup/health_reports.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Writes what was found, with an event for each change, also those that are over; addresses and settings that are
/// gone meanwhile are left out.
void write_health(Connection& connection, const HealthSnapshot& reports);

/// Which addresses cannot be probed from this machine any more, or can again.
struct ProbingChanges {
  /// All addresses of a family could be probed, and one cannot; or the other way round.
  struct Episode {
    bool begins = false;
    std::string reason;
    std::int64_t at = 0;  ///< seconds since 1970
    bool operator==(const Episode&) const = default;
  };
  /// Of server and address: seconds since 1970; absent: it is probed, or need not be.
  std::map<std::pair<std::string, std::string>, std::optional<std::int64_t>> unprobed_since;
  std::map<AddressFamily, Episode> episodes;

  bool empty() const { return unprobed_since.empty() && episodes.empty(); }
};

/// An episode becomes an event.
void write_probing(Connection& connection, const ProbingChanges& changes);

/// How a server is probed; absent: as it is. The store's rules check words and ranges.
struct ServerProbe {
  bool as_default = false;            ///< first, all of it becomes the default of `mxbalance serve`
  std::optional<std::string> kind;    ///< smtp, smtps, tcp or none
  std::optional<std::uint32_t> port;  ///< 1 to 65535
  std::optional<double> interval;     ///< 0.01 to 86400 seconds
  std::optional<double> timeout;      ///< 0.01 to 3600 seconds
  std::optional<std::uint32_t> rise;  ///< 1 to 100
  std::optional<std::uint32_t> fall;  ///< 1 to 100
  std::optional<std::string> tls;     ///< off, try or require
};

void set_server_probe(Connection& connection, std::string_view name, const ServerProbe& probe);

/// Sets the server's own health: unknown, up or down; `until` (seconds since 1970) it is unknown again.
void set_server_health(Connection& connection, std::string_view name, std::string_view health,
                       const std::optional<std::string>& reason, std::optional<std::int64_t> until);

/// What was set for a while and is over becomes unknown, as the running service would write within a second.
void expire_health(Connection& connection);

}  // namespace mxbalance::db
