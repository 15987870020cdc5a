#include <memory>
#include <string>

#include "backend/cli/commands/commands.h"
#include "backend/cli/serve/configuration_file.h"
#include "backend/cli/serve/serve.h"
#include "backend/cli/serve/serve_settings.h"
#include "backend/cli/shared/arguments.h"
#include "backend/sockets/endpoint.h"
#include "db/base/errors.h"

namespace mxbalance::cli {

namespace {

int run_service(CLI::App& command, ServeOptions& given, const Context& context) {
  SettingsReader reader(command, given);
  ServeOptions options = reader.read();
  options.database = context.database;
  options.warnings = environment_warnings();
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
  const auto given = std::make_shared<ServeOptions>();
  add_serve_settings(command, *given);
  set_action(command, context, [&command, given](Context& run) { return run_service(command, *given, run); });
}

}  // namespace mxbalance::cli
