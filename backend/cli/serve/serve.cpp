#include "backend/cli/serve/serve.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

#include <spdlog/logger.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include "backend/cli/serve/log.h"
#include "backend/cli/serve/service_signals.h"
#include "backend/health/checker.h"
#include "backend/listen/listener.h"
#include "backend/remote/service.h"
#include "backend/remote/session.h"
#include "backend/sockets/networks.h"
#include "db/edits/chores.h"
#include "db/edits/probing_lease.h"
#include "db/files/file_systems.h"
#include "db/lookup/health_reports.h"
#include "db/store/connection.h"
#include "db/store/database.h"
#include "db/zones/staged_writes.h"

namespace mxbalance::cli {

namespace {

// Together less than the two seconds that a stop may take: for requests under way, and for writing the last probe
// results.
constexpr std::chrono::milliseconds stop_grace{1400};
constexpr std::chrono::milliseconds last_writes{400};

/// Refuses an address that other machines can reach without a list of clients. The protocol has neither
/// authentication nor encryption: a client may read and write zones.
void require_clients(const listen::HttpAddress& address, const ServeOptions& options) {
  if (listen::is_loopback(address.host) || !options.allow_from.empty()) return;
  throw listen::EndpointError("cannot listen on " + address.host +
                              ", which other machines may reach, without a list of those that may connect: give "
                              "--allow-from CIDR, such as --allow-from 192.0.2.53, or listen on 127.0.0.1");
}

std::vector<listen::Network> allowed_networks(const ServeOptions& options) {
  std::vector<listen::Network> networks;
  for (const auto& network : options.allow_from)
    networks.push_back(listen::parse_network(network));
  return networks;
}

/// Half of systemd's watchdog interval; zero: systemd expects no messages.
std::chrono::milliseconds watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::chrono::milliseconds::zero();
  return std::max(std::chrono::milliseconds(1), std::chrono::duration_cast<std::chrono::milliseconds>(
                                                    std::chrono::microseconds(microseconds / 2)));
}

std::vector<listen::Endpoint> bind_endpoints(const ServeOptions& options) {
  std::vector<listen::Endpoint> endpoints;
  for (const auto& address : options.http) {
    const auto parsed = listen::parse_http_address(address);
    require_clients(parsed, options);
    endpoints.push_back(listen::Endpoint::http(parsed));
  }
  for (const auto& path : options.unix)
    endpoints.push_back(listen::Endpoint::unix_socket(path));
  return endpoints;
}

/// The limits that the number of descriptors allows.
struct Room {
  std::size_t connections = 0;  ///< on each endpoint
  std::size_t probes = 0;       ///< most probes under way at once
};

/// Limits connections and probes to the descriptors of this process; many systems start a process with 1,024. If
/// there are too few, each endpoint gets an equal share, and probes get at most half.
Room room_for(const ServeOptions& options, std::size_t endpoints, spdlog::logger& log) {
  const Room wanted{options.max_connections, options.max_probes};
  const rlim_t others = std::size_t{3} * options.readers + 64 + endpoints * 2 * listen::connections_for_ping;
  const rlim_t needed = endpoints * wanted.connections + others + wanted.probes;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return wanted;
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == needed) return wanted;
  const std::size_t room = limit.rlim_cur > others ? limit.rlim_cur - others : 0;
  const std::size_t probes = std::clamp<std::size_t>(room / 2, 1, wanted.probes);
  const std::size_t connections =
      std::clamp<std::size_t>((room - std::min(room, probes)) / endpoints, 1, wanted.connections);
  log.warn(
      "{} file descriptors are allowed, and {} are needed for {} connections on each of {} addresses and sockets, "
      "and {} probes: {} connections on each and {} probes are allowed; raise the limit (systemd: LimitNOFILE)",
      limit.rlim_cur, needed, wanted.connections, endpoints, wanted.probes, connections, probes);
  return {connections, probes};
}

long long microseconds_since_boot() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// The name of a signal, such as SIGUSR1. Real-time signals have only numbers.
std::string signal_name(int number) {
  const char* const name = ::sigabbrev_np(number);
  return name == nullptr ? std::to_string(number) : std::string("SIG") + name;
}

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

/// All parts of the running service, from the store to the probes.
class RunningService {
 public:
  RunningService(const ServeOptions& options, std::shared_ptr<spdlog::logger> log)
      : started_(options),
        log_(std::move(log)),
        room_(room_for(options, options.http.size() + options.unix.size(), *log_)),
        database_(
            {.path = options.database,
             .readers = options.readers,
             .powerdns = options.powerdns,
             .chores = db::chores_of_service(),
             .tell = [log = log_](auto importance, const auto& sentence) { tell(*log, importance, sentence); }}),
        lease_(options.database),
        memory_(std::make_shared<db::MemoryBudget>(
            options.max_memory, [log = log_](const std::string& sentence) { log->warn("{}", sentence); })),
        service_(database_, reports_, random_seed(), log_,
                 {.url_suffix = options.url_suffix,
                  .read_only = options.read_only,
                  .memory = memory_,
                  .max_cached = options.max_cached,
                  .probing = [this] { return lease_.in_words(); }}),
        listener_(
            endpoints(), [this] { return std::make_unique<remote::Session>(service_); },
            {.limits = limits_of(options),
             .max_connections = room_.connections,
             .allowed = allowed_networks(options),
             .alive = [] { sd_notify(0, "WATCHDOG=1"); },
             .alive_every = watchdog_interval()},
            log_),
        checker_(database_, reports_, log_,
                 {.settings = probing_of(options, room_), .seed = random_seed(), .lease = &lease_}) {}

  /// Applies settings that may change at run time. If it throws listen::EndpointError, nothing has changed.
  void change(const ServeOptions& options) {
    const auto allowed = allowed_networks(options);
    for (const auto& address : started_.http)
      require_clients(listen::parse_http_address(address), options);
    log_->set_level(spdlog::level::from_str(options.log_level));
    room_ = room_for(options, started_.http.size() + started_.unix.size(), *log_);
    memory_->change_size(options.max_memory);
    service_.contents.change_size(options.max_cached);
    listener_.change(limits_of(options), room_.connections, allowed);
    checker_.change(probing_of(options, room_));
  }

  /// Stops the service. A query that takes too long is stopped, too.
  void stop() {
    const auto now = std::chrono::steady_clock::now();
    database_.end_queries_by(now + stop_grace);
    listener_.stop(stop_grace);
    database_.end_queries_by(now + stop_grace + last_writes);
  }

 private:
  static void tell(spdlog::logger& log, db::StoreWatch::Importance importance, const std::string& sentence) {
    log.log(importance == db::StoreWatch::Importance::trouble ? spdlog::level::warn : spdlog::level::info, "{}",
            sentence);
  }

  std::vector<listen::Endpoint> endpoints() const {
    auto bound = bind_endpoints(started_);
    for (const auto& endpoint : bound)
      log_->info("listening on {}", endpoint.name());
    return bound;
  }

  listen::Limits limits_of(const ServeOptions& options) const {
    return {.max_body = options.max_body,
            .request_time = std::chrono::seconds(options.request_time),
            .memory = memory_};
  }

  static health::Checker::Settings probing_of(const ServeOptions& options, const Room& room) {
    return {.defaults = options.probe, .identity = options.probe_identity, .most_probes = room.probes};
  }

  const ServeOptions started_;
  std::shared_ptr<spdlog::logger> log_;
  Room room_;
  db::Database database_;
  db::HealthReports reports_;
  db::ProbingLease lease_;
  std::shared_ptr<db::MemoryBudget> memory_;
  remote::Service service_;
  listen::Listener listener_;
  health::Checker checker_;
};

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

void take_over(RunningService& service, const ReadAgain& read, spdlog::logger& log) {
  service.change(read.options);
  if (!read.changed.empty()) log.info("the configuration was read again, and is obeyed: {}", listed(read.changed));
  if (!read.need_restart.empty()) {
    log.warn("the configuration was read again; this counts from the next start of mxbalance on: {}",
             listed(read.need_restart));
  }
  if (read.changed.empty() && read.need_restart.empty())
    log.info("the configuration was read again, and nothing in it has changed");
}

/// Reads the configuration again. If it has an error, the service continues with the old one.
void read_again(RunningService& service, const Reread& reread, spdlog::logger& log) {
  sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", microseconds_since_boot());
  try {
    const bool has_file = reread([&](const ReadAgain& read) { take_over(service, read, log); });
    if (!has_file) {
      log.warn(
          "SIGHUP: there is no configuration file to read again (serve --config FILE), and flags and environment "
          "stay "
          "as they are");
    }
  } catch (const std::runtime_error& error) {
    log.error("the configuration was not taken over, and all settings stay as they are: {}", error.what());
  }
  sd_notify(0, "READY=1");
}

}  // namespace

void serve(const ServeOptions& options, const Reread& reread) {
  const ServiceSignals signals;
  db::set_up_heap();
  db::turn_off_memory_statistics();
  const auto log = make_log(options.log_level);
  for (const auto& warning : options.warnings)
    log->warn("{}", warning);
  db::require_local_disk(options.database);
  db::choose_temporary_directory(options.database);
  RunningService service(options, log);
  if (const auto obstacle = db::obstacle_beside(options.database); !obstacle.empty())
    log->warn("the database {} can be read, but not be written: {}", options.database, obstacle);
  log->info("serving {}", options.database);
  sd_notify(0, "READY=1");

  auto signal = signals.wait();
  for (; signal.meaning != ServiceSignals::Meaning::stop; signal = signals.wait()) {
    if (signal.meaning == ServiceSignals::Meaning::read_again) {
      read_again(service, reread, *log);
    } else {
      log->warn("the signal {} means nothing to mxbalance, and is ignored", signal_name(signal.number));
    }
  }
  sd_notify(0, "STOPPING=1");
  log->info("stopping on signal {}", signal.number);
  service.stop();
  log->info("stopped");
}

}  // namespace mxbalance::cli
