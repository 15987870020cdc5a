#include <algorithm>
#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/columns.h"
#include "backend/cli/shared/output.h"
#include "db/base/time.h"
#include "db/columns/mail_tables.h"
#include "db/edits/listings.h"
#include "db/edits/pools.h"

namespace mxbalance::cli {

namespace {

struct MemberOptions {
  std::string pool;
  std::vector<std::string> servers;
  db::ColumnValues settings;
  bool force = false;
};

std::shared_ptr<MemberOptions> add_members(CLI::App& command) {
  auto options = std::make_shared<MemberOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_host_names(command, "SERVER", options->servers, "host names of mail servers")->required();
  return options;
}

void register_join(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "join", "Make mail servers members of a pool, or change their membership",
                                  "mxbalance pool join inbound mail1.yourdomain.com mail2.yourdomain.com\n"
                                  "mxbalance pool join inbound backup.yourdomain.com --preference 20\n"
                                  "mxbalance pool join inbound mail1.yourdomain.com --weight 10");
  const auto options = add_members(command);
  add_column_flags(command, db::columns::pool_members.columns, db::ColumnRole::setting, options->settings);
  const auto use_server_weight = [options] { options->settings["weight"] = {}; };
  command.add_flag_callback("--server-weight", use_server_weight, "the server's own weight again")
      ->excludes(command.get_option("--weight"));
  set_action(command, context, [options](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      for (const auto& server : options->servers)
        db::join_pool(connection, options->pool, server, options->settings);
    });
    for (const auto& server : options->servers)
      run.out << server << " is a member of the pool " << options->pool << '\n';
    return exit_done;
  });
}

/// Prints until when resolvers may cache answers of the pool with these servers.
void tell_when_forgotten(const Context& run, const MemberOptions& options) {
  read_store(run, [&](db::Connection& connection) {
    for (const auto& name : options.servers) {
      const auto server = db::server_listing(connection, name);
      const auto forgotten_at = std::max(server.kept_until.value_or(0), server.safe_at.value_or(0));
      if (forgotten_at <= db::seconds_now()) continue;
      const bool is_out = server.published.empty() || server.safe_at;
      run.out << name << (is_out ? " is safe to stop at " : " is forgotten as one of that pool by resolvers at ")
              << countdown(forgotten_at) << '\n';
    }
  });
}

void register_leave(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "leave", "Take mail servers out of a pool",
                                  "mxbalance pool leave inbound mail1.yourdomain.com");
  const auto options = add_members(command);
  command.add_flag("--force", options->force, "also the last live server of a published pool");
  set_action(command, context, [options](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      for (const auto& server : options->servers)
        db::leave_pool(connection, options->pool, server, options->force);
    });
    for (const auto& server : options->servers)
      run.out << server << " has left the pool " << options->pool << '\n';
    tell_when_forgotten(run, *options);
    return exit_done;
  });
}

}  // namespace

void register_pool_members(CLI::App& pool, Context& context) {
  register_join(pool, context);
  register_leave(pool, context);
}

}  // namespace mxbalance::cli
