// Which addresses are probed, and how, as stored. Reads inside the caller's transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

// These are in the order of the words of their columns in db/columns/mail_tables.h.
enum class ProbeKind { smtp, smtps, tcp, none };
enum class ProbeTls { off, try_it, require };

/// The port on which such a server listens: 465 for smtps (RFC 8314 §7.3), else 25.
std::uint16_t default_port(ProbeKind kind);

/// How an address is probed.
struct ProbeSettings {
  ProbeKind kind = ProbeKind::smtp;
  std::uint16_t port = 25;
  std::chrono::milliseconds interval{10000};  ///< from the start of a probe to the start of the next
  std::chrono::milliseconds timeout{25000};   ///< of a whole probe; may be longer than the interval
  unsigned rise = 2;                          ///< successful probes in a row until it is up, 1 to 100
  unsigned fall = 3;                          ///< failed probes in a row until it is down, 1 to 100
  ProbeTls tls = ProbeTls::off;
  bool operator==(const ProbeSettings&) const = default;
};

struct ProbeTarget {
  std::string server;  ///< host name
  std::string address;
  AddressFamily family = AddressFamily::ipv4;
  Health health = Health::unknown;             ///< as stored
  bool probed = false;                         ///< `health` was found by a probe
  std::optional<std::int64_t> unprobed_since;  ///< seconds since 1970: it cannot be probed since then
  ProbeSettings settings;
};

/// All addresses, in the order of server and address. `defaults` apply to settings that a server does not have,
/// and to settings that break the rules of the store. Addresses that break these rules are left out and reported.
std::vector<ProbeTarget> read_probe_targets(Connection& connection, const ProbeSettings& defaults,
                                            const DefectReport& report = ignore_defect);

/// A server whose own health was set for a limited time that is over.
struct ExpiredHealth {
  std::string server;
  std::string reason;  ///< the reason given with the setting
  std::int64_t health_until = 0;
};

/// The servers whose `health_until` is `now` (seconds since 1970) or earlier.
std::vector<ExpiredHealth> read_expired_health(Connection& connection, std::int64_t now);

}  // namespace mxbalance::db
