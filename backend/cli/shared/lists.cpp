#include "backend/cli/shared/lists.h"

#include <ostream>

namespace mxbalance::cli {

void tell_of_more(std::ostream& out, std::int64_t total, std::size_t shown) {
  const auto more = total - static_cast<std::int64_t>(shown);
  if (more > 0) out << "and " << more << " more; --json shows all\n";
}

void add_show(CLI::App& group, Context& context, const std::string& description, const std::string& example,
              bool has_health, const std::function<void(CLI::App&, std::string& name)>& add_name_argument,
              Show show) {
  CLI::App& command = add_command(group, "show", description, example);
  struct Options {
    std::string name;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  add_name_argument(command, options->name);
  add_json_flag(command, options->json);
  set_action(command, context, [options, has_health, show = std::move(show)](Context& run) {
    read_store(run, [&](db::Connection& connection) { show(run.out, connection, options->name, options->json); });
    if (has_health) tell_of_unwritten_health(run);
    return exit_done;
  });
}

}  // namespace mxbalance::cli
