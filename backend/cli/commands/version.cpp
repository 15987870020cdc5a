#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"

namespace mxbalance::cli {

void register_version(CLI::App& app, Context& context) {
  CLI::App& command = add_command(app, "version", "Print the version", "mxbalance version");
  set_action(command, context, [](Context& run) {
    run.out << "mxbalance " << MXBALANCE_VERSION << '\n';
    return exit_done;
  });
}

}  // namespace mxbalance::cli
