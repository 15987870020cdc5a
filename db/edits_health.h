// Writes of health: what probes found, what people set for a while, and how servers are probed. Each function runs
// inside the caller's write transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/connection.h"
#include "db/health_reports.h"

namespace mxbalance::db {

/// Writes what was found, with an event for each change; addresses and settings that are gone meanwhile are left
/// out.
void write_health(Connection& connection, const HealthSnapshot& reports);

/// How a server is probed; absent: as it is. The store's rules check words and ranges.
struct ServerProbe {
  bool as_default = false;            ///< first, all of it becomes the default of `mxbalance serve`
  std::optional<std::string> kind;    ///< smtp, tcp or none
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

}  // namespace mxbalance::db
