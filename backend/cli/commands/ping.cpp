#include "backend/listen/ping.h"

#include <chrono>
#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::cli {

namespace {

constexpr std::chrono::seconds patience{4};

struct PingSettings {
  std::vector<std::string> http;
  std::vector<std::string> unix;
};

/// Asks at the first address on which `serve` would listen with the same settings.
listen::Pong ping(const PingSettings& settings) {
  if (!settings.unix.empty()) return listen::ping_unix(settings.unix.front(), patience);
  try {
    const auto* const address = settings.http.empty() ? "127.0.0.1:8053" : settings.http.front().c_str();
    return listen::ping_http(listen::parse_http_address(address), patience);
  } catch (const listen::EndpointError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace

void register_ping(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "ping",
      "Ask a running service whether it answers from its store: for health checks. Exit status 2 if it does not",
      "mxbalance ping --unix /run/mxbalance/pdns.sock\n"
      "MXBALANCE_HTTP=127.0.0.1:8053 mxbalance ping");
  const auto settings = std::make_shared<PingSettings>();
  command.add_option("--unix", settings->unix, "the Unix socket that it listens on")
      ->type_name("PATH")
      ->delimiter(',')
      ->envname("MXBALANCE_UNIX");
  command.add_option("--http", settings->http, "or the address (default: 127.0.0.1:8053)")
      ->type_name("ADDRESS:PORT")
      ->delimiter(',')
      ->envname("MXBALANCE_HTTP");
  set_action(command, context, [settings](Context& run) {
    const auto pong = ping(*settings);
    if (!pong.problem.empty()) throw db::StoreFailure(pong.problem);
    run.out << "answers\n";
    if (!pong.probing.empty()) run.out << db::printable(pong.probing) << '\n';
    return exit_done;
  });
}

}  // namespace mxbalance::cli
