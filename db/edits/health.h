// Writes health to the store: results of probes, addresses that cannot be probed, and health set by people for a
// limited time. Each function runs inside the caller's write transaction.
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

/// Writes the reports, with an event for each change, also for changes that are over. Reports on addresses or
/// settings that no longer exist are left out.
void write_health(Connection& connection, const HealthSnapshot& reports);

/// Which addresses can no longer be probed from this machine, and which can be probed again.
struct ProbingChanges {
  /// The begin or the end of an episode of a family. It begins with the first address that cannot be probed, and
  /// ends when all can be probed.
  struct Episode {
    bool begins = false;
    std::string reason;
    std::int64_t at = 0;  ///< seconds since 1970
    bool operator==(const Episode&) const = default;
  };
  /// By server and address: since when it cannot be probed, in seconds since 1970. Absent: it is probed, or need
  /// not be probed.
  std::map<std::pair<std::string, std::string>, std::optional<std::int64_t>> unprobed_since;
  std::map<AddressFamily, Episode> episodes;

  bool empty() const { return unprobed_since.empty() && episodes.empty(); }
};

/// Writes the changes, with an event for the begin and the end of each episode.
void write_probing(Connection& connection, const ProbingChanges& changes);

/// Sets the server's own health: unknown, up or down. At `until` (seconds since 1970) it becomes unknown again.
void set_server_health(Connection& connection, std::string_view name, std::string_view health,
                       const std::optional<std::string>& reason, std::optional<std::int64_t> until);

/// Sets every health whose time is over to unknown. A running service would do this within a second.
void expire_health(Connection& connection);

}  // namespace mxbalance::db
