#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"

namespace mxbalance::cli {

void register_version(CLI::App& app, Context& context) {
  CLI::App& command = add_command(app, "version", "Print the version", "mxbalance version");
  set_action(command, context, [](Context& run) {
    run.out << "mxbalance " << MXBALANCE_VERSION << '\n';
    return exit_done;
  });
}

}  // namespace mxbalance::cli
