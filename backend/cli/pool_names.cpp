#include <memory>

#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"
#include "db/edits_pools.h"

namespace mxbalance::cli {

namespace {

struct NameOptions {
  std::string pool;
  std::vector<std::string> names;
  std::optional<std::string> kind;
  bool replace = false;
};

void register_publish(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "publish", "Answer a name with a pool: MX records, or A and AAAA records",
                                  "mxbalance pool publish inbound yourdomain.com --as MX\n"
                                  "mxbalance pool publish inbound mail.yourdomain.com --as A\n"
                                  "mxbalance pool publish inbound yourdomain.com --as MX --replace");
  const auto options = std::make_shared<NameOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_names(command, "NAME", options->names, "names in zones that are here")->required();
  add_choice(command, "--as", options->kind, {"MX", "A"},
             "MX: one record a server; A: the servers' A and AAAA records")
      ->required();
  command.add_flag("--replace", options->replace,
                   "static records of the kind, or another pool, give way in the same step");
  set_action(command, context, [options](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      for (const auto& name : options->names) {
        db::publish_pool(connection, options->pool, name, *options->kind, options->replace, today());
      }
    });
    for (const auto& name : options->names) {
      run.out << "the pool " << options->pool << " is published at " << name << " as " << *options->kind << '\n';
    }
    return exit_done;
  });
}

void register_unpublish(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "unpublish", "Take a pool out of names",
                                  "mxbalance pool unpublish inbound yourdomain.com --as MX\n"
                                  "mxbalance pool unpublish inbound mail.yourdomain.com");
  const auto options = std::make_shared<NameOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_names(command, "NAME", options->names, "names where it is published")->required();
  add_choice(command, "--as", options->kind, {"MX", "A"}, "only this kind; without it, both");
  set_action(command, context, [options](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      for (const auto& name : options->names)
        db::unpublish_pool(connection, options->pool, name, options->kind);
    });
    for (const auto& name : options->names) {
      run.out << "the pool " << options->pool << " is no longer published at " << name
              << (options->kind ? " as " + *options->kind : "") << '\n';
    }
    return exit_done;
  });
}

}  // namespace

void register_pool_names(CLI::App& pool, Context& context) {
  register_publish(pool, context);
  register_unpublish(pool, context);
}

}  // namespace mxbalance::cli
