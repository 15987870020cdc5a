// `mxbalance serve`: the service itself. Wires store, protocol and listeners together and runs until it is told to
// stop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backend/health/probe.h"
#include "db/base/memory_budget.h"
#include "db/contents/powerdns_versions.h"
#include "db/edits/probe_targets.h"

namespace mxbalance::cli {

struct ServeOptions {
  std::string database;                 ///< path
  std::vector<std::string> http;        ///< addresses with port, such as 127.0.0.1:8053
  std::vector<std::string> unix;        ///< socket paths
  std::vector<std::string> allow_from;  ///< networks of HTTP clients, such as 192.0.2.0/24
  std::string url_suffix;               ///< PowerDNS's option of that name
  std::string log_level = "info";       ///< error, warn, info or debug
  std::size_t max_connections = 1024;   ///< on each address and socket
  std::size_t max_body = 1U << 20U;     ///< bytes of one request
  std::uint32_t request_time = 10;      ///< seconds for one request to arrive, or a reply to be taken
  unsigned readers = 8;                 ///< connections to the database
  db::PowerDnsVersions powerdns = db::PowerDnsVersions::all();  ///< those that may ask
  bool read_only = false;                                       ///< methods that write are refused
  std::size_t max_memory = db::MemoryBudget::usual_size;        ///< bytes of requests, replies and transactions
  std::size_t max_cached = 64U << 20U;  ///< bytes of what was read, kept until the next commit
  db::ProbeSettings probe;              ///< of servers that have no settings of their own
  health::ProbeIdentity probe_identity;
  std::size_t max_probes = 4096;      ///< under way at once
  std::vector<std::string> warnings;  ///< logged at the start
};

/// The settings as they are when the configuration file is read again.
struct ReadAgain {
  ServeOptions options;
  std::vector<std::string> changed{};       ///< names of those that changed and can be taken over
  std::vector<std::string> need_restart{};  ///< and of those that count from the next start on
};

using TakeOver = std::function<void(const ReadAgain& read)>;

/// Gives the settings to `take_over`; where that throws, they count as not obeyed. False: there is no file. Throws
/// std::runtime_error where it is wrong.
using Reread = std::function<bool(const TakeOver& take_over)>;

/// Serves until SIGTERM or SIGINT; then stops accepting, finishes what is in flight and returns, within two
/// seconds. At SIGHUP takes over what `reread` gives, and logs it. Throws db::StoreFailure when the store cannot
/// be opened, listen::EndpointError when an address cannot be listened on.
void serve(const ServeOptions& options, const Reread& reread);

}  // namespace mxbalance::cli
