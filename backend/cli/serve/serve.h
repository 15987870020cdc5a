// `mxbalance serve`: the service itself. Connects store, protocol and listeners, and runs until a signal stops it.
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
  std::string database;                 ///< path of the database
  std::vector<std::string> http;        ///< addresses with port, such as 127.0.0.1:8053
  std::vector<std::string> unix;        ///< socket paths
  std::vector<std::string> allow_from;  ///< networks of HTTP clients, such as 192.0.2.0/24
  std::string url_suffix;               ///< PowerDNS's option of that name
  std::string log_level = "info";       ///< error, warn, info or debug
  std::size_t max_connections = 1024;   ///< for each address and socket
  std::size_t max_body = 1U << 20U;     ///< bytes of one request
  std::uint32_t request_time = 10;      ///< seconds for a request to arrive, and for a reply to be received
  unsigned readers = 8;                 ///< connections to the database
  db::PowerDnsVersions powerdns = db::PowerDnsVersions::all();  ///< the releases that may ask
  bool read_only = false;                                       ///< refuse methods that write
  std::size_t max_memory = db::MemoryBudget::usual_size;        ///< bytes of requests, replies and transactions
  std::size_t max_cached = 64U << 20U;                          ///< bytes of the lookup cache
  db::ProbeSettings probe;                                      ///< for servers that have no settings of their own
  health::ProbeIdentity probe_identity;
  std::size_t max_probes = 4096;      ///< most probes under way at once
  std::vector<std::string> warnings;  ///< logged at the start
};

/// The settings after the configuration file was read again.
struct ReadAgain {
  ServeOptions options;
  std::vector<std::string> changed{};       ///< names of changed settings that take effect now
  std::vector<std::string> need_restart{};  ///< names of changed settings that need a restart
};

using TakeOver = std::function<void(const ReadAgain& read)>;

/// Reads the configuration file again and passes the settings to `take_over`. If `take_over` throws, the old
/// settings stay in effect. Returns false when there is no file. Throws std::runtime_error when the file is wrong.
using Reread = std::function<bool(const TakeOver& take_over)>;

/// Serves until SIGTERM or SIGINT. Then it stops accepting, finishes the requests under way, and returns within
/// two seconds. At SIGHUP it calls `reread`, applies the new settings and logs them. Throws db::StoreFailure when
/// the store cannot be opened, listen::EndpointError when an address cannot be listened on.
void serve(const ServeOptions& options, const Reread& reread);

}  // namespace mxbalance::cli
