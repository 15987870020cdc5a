#include <cmath>
#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/columns.h"
#include "db/base/time.h"
#include "db/columns/mail_tables.h"
#include "db/edits/health.h"

namespace mxbalance::cli {

void register_server_health(CLI::App& server, Context& context) {
  CLI::App& command =
      add_command(server, "health", "Say whether mail servers can take mail, for good or for a while",
                  "mxbalance server health mail1.yourdomain.com down --reason 'queue is full' --for 15m\n"
                  "mxbalance server health mail1.yourdomain.com up");
  struct Options {
    std::string name;
    std::optional<std::string> health;
    std::optional<std::string> reason;
    std::optional<double> time;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "the server's host name")->required();
  add_choice(command, "HEALTH", options->health, words_of(db::columns::health), "unknown, up or down")->required();
  add_text(command, "--reason", options->reason, "why, for people");
  add_duration(command, "--for", options->time, 1, 31536000, "then it is unknown again");
  set_action(command, context, [options](Context& run) {
    std::optional<std::int64_t> until;
    if (options->time) until = db::seconds_now() + std::llround(*options->time);
    if (until && *options->health == "unknown") throw UsageError("--for has no meaning with unknown");
    edit_store(run, [&](db::Connection& connection) {
      db::set_server_health(connection, options->name, *options->health, options->reason, until);
    });
    run.out << options->name << " is now " << *options->health << (until ? " until " + db::utc_time(*until) : "")
            << '\n';
    return exit_done;
  });
}

}  // namespace mxbalance::cli
