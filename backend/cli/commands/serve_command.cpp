#include <memory>
#include <string>

#include "backend/cli/commands/commands.h"
#include "backend/cli/serve/serve.h"
#include "backend/cli/serve/serve_settings.h"
#include "backend/cli/shared/arguments.h"
#include "backend/sockets/endpoint.h"
#include "db/base/errors.h"

namespace mxbalance::cli {

namespace {

int run_service(CLI::App& command, ServeSettings& settings, const Context& context) {
  SettingsReader reader(command, settings);
  ServeOptions options = reader.read();
  options.database = context.database;
  options.warnings = environment_warnings(command);
  try {
    serve(options, [&reader](const TakeOver& take_over) { return reader.read_again(take_over); });
    return exit_done;
  } catch (const listen::EndpointError& error) {
    throw db::Refusal(error.what());
  }
}

}  // namespace

void register_serve(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "serve",
      "Answer PowerDNS until SIGTERM; each flag may also stand in the environment (MXBALANCE_HTTP) or a file",
      "mxbalance --db mail.db serve --http 127.0.0.1:8053 --unix pdns.sock\n"
      "MXBALANCE_DB=mail.db MXBALANCE_LOG_LEVEL=debug mxbalance serve\n"
      "mxbalance serve --config /etc/mxbalance/mxbalance.conf");
  const auto settings = std::make_shared<ServeSettings>();
  add_serve_settings(command, *settings);
  set_action(command, context,
             [&command, settings](Context& run) { return run_service(command, *settings, run); });
}

}  // namespace mxbalance::cli
