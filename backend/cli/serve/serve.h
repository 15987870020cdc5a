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
#include "db/lookup/contents_cache.h"

namespace mxbalance::cli {

/// The settings of the service. The initial values are the defaults.
struct ServeOptions {
  std::string database;                           ///< path of the database
  std::optional<std::string> configuration_file;  ///< its path
  std::vector<std::string> http;                  ///< addresses with port, such as 127.0.0.1:8053
  std::vector<std::string> unix;                  ///< socket paths
  std::vector<std::string> allow_from;            ///< networks of HTTP clients, such as 192.0.2.0/24
  std::string url_suffix;                         ///< PowerDNS's option of that name
  std::string log_level = "info";                 ///< error, warn, info or debug
  std::uint32_t max_connections = 1024;           ///< for each address and socket
  std::uint32_t max_body = 1U << 20U;             ///< bytes of one request
  std::uint32_t request_time = 10;  ///< seconds for a request to arrive, and for a reply to be received
  std::uint32_t readers = 8;        ///< connections to the database
  std::uint32_t max_memory = db::MemoryBudget::usual_size;      ///< bytes of requests, replies and transactions
  std::uint32_t max_cached = db::ContentsCache::usual_size;     ///< bytes of the lookup cache
  bool read_only = false;                                       ///< refuse methods that write
  db::PowerDnsVersions powerdns = db::PowerDnsVersions::all();  ///< the releases that may ask
  db::ProbeSettings probe;                                      ///< for servers that have no settings of their own
  std::optional<std::uint16_t> probe_port;                      ///< absent: the port of the kind of probe
  health::ProbeIdentity probe_identity;
  std::uint32_t max_probes = 4096;    ///< most probes under way at once
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
