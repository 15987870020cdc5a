// Which addresses are to be probed, and how, as the store has it. Reads inside the caller's transaction.
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

enum class ProbeKind { smtp, smtps, tcp, none };
enum class ProbeTls { off, try_it, require };

/// As the store and the command line spell them; absent: it is none.
std::optional<ProbeKind> probe_kind_of(std::string_view word);
std::optional<ProbeTls> probe_tls_of(std::string_view word);

/// Where a server of that kind listens: 465 within TLS (RFC 8314 §7.3), else 25.
std::uint16_t default_port(ProbeKind kind);

/// How an address is probed.
struct ProbeSettings {
  ProbeKind kind = ProbeKind::smtp;
  std::uint16_t port = 25;
  std::chrono::milliseconds interval{10000};  ///< from the beginning of a probe to that of the next
  std::chrono::milliseconds timeout{25000};   ///< of the whole probe; may be longer than the interval
  unsigned rise = 2;                          ///< passed probes in a row until it is up, 1 to 100
  unsigned fall = 3;                          ///< failed probes in a row until it is down, 1 to 100
  ProbeTls tls = ProbeTls::off;
  bool operator==(const ProbeSettings&) const = default;
};

struct ProbeTarget {
  std::string server;  ///< host name
  std::string address;
  AddressFamily family = AddressFamily::ipv4;
  Health health = Health::unknown;             ///< as the store has it
  bool probed = false;                         ///< that health was found by a probe
  std::optional<std::int64_t> unprobed_since;  ///< seconds since 1970: no probe of it could be made since
  ProbeSettings settings;
};

/// Every address, in the order of server and address; what a server leaves open is as in `defaults`, and so is a
/// setting that breaks the store's rules. Addresses that do are left out.
std::vector<ProbeTarget> read_probe_targets(Connection& connection, const ProbeSettings& defaults,
                                            const DefectReport& report = ignore_defect);

/// A server's own health whose setting has expired.
struct ExpiredHealth {
  std::string server;
  std::string reason;  ///< that the setting had
  std::int64_t health_until = 0;
};

/// Those whose `health_until` is at `now` (seconds since 1970) or before.
std::vector<ExpiredHealth> read_expired_health(Connection& connection, std::int64_t now);

}  // namespace mxbalance::db
