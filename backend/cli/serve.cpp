#include "backend/cli/serve.h"

#include <algorithm>
#include <csignal>
#include <memory>
#include <random>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include "backend/health/checker.h"
#include "backend/listen/listener.h"
#include "backend/listen/networks.h"
#include "backend/remote/long_request.h"
#include "backend/remote/service.h"
#include "backend/remote/session.h"
#include "db/connection.h"
#include "db/database.h"
#include "db/file_systems.h"
#include "db/probing_lease.h"
#include "db/staged_writes.h"

namespace mxbalance::cli {

namespace {

// Together under the two seconds that a stop may take.
constexpr std::chrono::milliseconds stop_grace{1500};

class SessionConversation final : public listen::Conversation {
 public:
  explicit SessionConversation(remote::Service& service) : session_(service) {}
  remote::HttpReply http(const remote::HttpRequest& request) override { return session_.http(request); }
  std::optional<std::string> line(std::string_view json) override { return session_.line(json); }
  bool reads_in_pieces(std::string_view beginning) const override { return remote::is_read_in_pieces(beginning); }
  remote::HttpReply http_in_pieces(remote::ByteSource& json) override { return session_.http(json); }
  std::optional<std::string> line_in_pieces(remote::ByteSource& json) override { return session_.line(json); }
  bool goes_first() const override { return session_.is_in_transaction(); }
  void reply_is_gone() override { session_.reply_is_gone(); }
  std::optional<std::chrono::steady_clock::time_point> idle_until() const override {
    return session_.expires_at();
  }
  void idle_too_long() override { session_.expire(); }

 private:
  remote::Session session_;
};

/// SIGTERM and SIGINT, taken out of every thread's hands and waited for in one place.
class StopSignals {
 public:
  /// Before any thread is started: threads inherit what is blocked.
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  int wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
    return signal;
  }

 private:
  sigset_t signals_{};
};

std::shared_ptr<spdlog::logger> make_log(const std::string& level) {
  auto log = std::make_shared<spdlog::logger>("mxbalance", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::trace);
  return log;
}

/// The protocol has neither authentication nor encryption: whoever connects may read and write zones.
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

/// How often systemd wants to hear that the service lives, halved; zero: it does not.
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

/// Room for every connection and for the database's files: many systems start a process with 1,024 descriptors.
/// Returns how many probes may be under way at once: where there is too little room, lookups go before them.
std::size_t allow_descriptors(const ServeOptions& options, spdlog::logger& log) {
  const rlim_t others = std::size_t{3} * options.readers + 64;
  const rlim_t wanted = options.max_connections + others + options.max_probes;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return options.max_probes;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted) return options.max_probes;
  log.warn(
      "{} file descriptors are allowed, {} connections and {} probes may need {}: raise the limit (systemd: "
      "LimitNOFILE)",
      limit.rlim_cur, options.max_connections, options.max_probes, wanted);
  const rlim_t room = limit.rlim_cur > others ? (limit.rlim_cur - others) / 2 : 0;
  return std::clamp<std::size_t>(room, 1, options.max_probes);
}

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

void serve(const ServeOptions& options) {
  const StopSignals stop_signals;
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  db::set_up_heap();
  db::turn_off_memory_statistics();
  const auto log = make_log(options.log_level);
  for (const auto& warning : options.warnings)
    log->warn("{}", warning);
  const std::size_t most_probes = allow_descriptors(options, *log);

  db::require_local_disk(options.database);
  db::choose_temporary_directory(options.database);
  db::Database database({.path = options.database, .readers = options.readers, .powerdns = options.powerdns});
  db::ProbingLease lease(options.database);
  const auto memory = std::make_shared<db::MemoryBudget>(
      options.max_memory, [&log](const std::string& sentence) { log->warn("{}", sentence); });
  remote::Service service(database, random_seed(), log,
                          {.url_suffix = options.url_suffix,
                           .read_only = options.read_only,
                           .memory = memory,
                           .max_cached = options.max_cached,
                           .probing = [&lease] { return lease.in_words(); }});
  auto endpoints = bind_endpoints(options);
  for (const auto& endpoint : endpoints)
    log->info("listening on {}", endpoint.name());
  listen::Listener listener(
      std::move(endpoints), [&] { return std::make_unique<SessionConversation>(service); },
      {.limits = {.max_body = options.max_body,
                  .request_time = std::chrono::seconds(options.request_time),
                  .memory = memory},
       .max_connections = options.max_connections,
       .allowed = allowed_networks(options),
       .alive = [] { sd_notify(0, "WATCHDOG=1"); },
       .alive_every = watchdog_interval()},
      log);
  health::Checker checker(database, log,
                          {.defaults = options.probe,
                           .identity = options.probe_identity,
                           .most_probes = most_probes,
                           .seed = random_seed(),
                           .lease = &lease});
  log->info("serving {}", options.database);
  sd_notify(0, "READY=1");

  const int signal = stop_signals.wait();
  sd_notify(0, "STOPPING=1");
  log->info("stopping on signal {}", signal);
  listener.stop(stop_grace);
  log->info("stopped");
}

}  // namespace mxbalance::cli
