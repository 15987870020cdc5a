#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"
#include "backend/cli/name_list.h"
#include "db/edits_pools.h"

namespace mxbalance::cli {

namespace {

struct NameOptions {
  std::string pool;
  NameList list;
  std::optional<std::string> kind;
  bool replace = false;
};

void tell(std::ostream& out, const NameOptions& options, std::size_t count, std::string_view what) {
  const std::string as = options.kind ? " as " + *options.kind : "";
  for (const auto& name : options.list.names)
    out << "the pool " << options.pool << ' ' << what << name << as << '\n';
  if (!options.list.from) return;
  out << "the pool " << options.pool << ' ' << what << count << (count == 1 ? " name" : " names") << as << '\n';
}

/// Pools are judged once, however many names there are.
void edit_names(const Context& run, const std::function<void(db::Connection&)>& work) {
  edit_store(run,
             [&](db::Connection& connection) { db::judge_pools_once(connection, [&] { work(connection); }); });
}

/// Says so of the first names, and how many more there are.
void tell_of_lost_mx(std::ostream& out, const std::vector<std::string>& names, std::string_view consequence) {
  constexpr std::size_t most = 6;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    out << "note: " << names[i] << " has no MX record any more: " << consequence << '\n';
  if (names.size() > most) out << "note: so it is with " << names.size() - most << " more names\n";
}

void register_publish(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "publish", "Answer a name with a pool: MX records, or A and AAAA records",
                                  "mxbalance pool publish inbound yourdomain.com --as MX\n"
                                  "mxbalance pool publish inbound mail.yourdomain.com --as A\n"
                                  "mxbalance pool publish inbound yourdomain.com --as MX --replace\n"
                                  "mxbalance pool publish inbound --from domains.txt --as MX");
  const auto options = std::make_shared<NameOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_name_list(command, "NAME", options->list, "names in zones that are here");
  add_choice(command, "--as", options->kind, {"MX", "A"},
             "MX: one record a server; A: the servers' A and AAAA records")
      ->required();
  command.add_flag("--replace", options->replace,
                   "static records of the kind, or another pool, give way in the same step");
  set_action(command, context, [options](Context& run) {
    std::size_t count = 0;
    edit_names(run, [&](db::Connection& connection) {
      count = for_each_name(options->list, [&](const std::string& name) {
        db::publish_pool(connection, options->pool, name, *options->kind, options->replace);
      });
    });
    tell(run.out, *options, count, "is published at ");
    return exit_done;
  });
}

void register_unpublish(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "unpublish", "Take a pool out of names",
                                  "mxbalance pool unpublish inbound yourdomain.com --as MX\n"
                                  "mxbalance pool unpublish inbound mail.yourdomain.com");
  const auto options = std::make_shared<NameOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_name_list(command, "NAME", options->list, "names where it is published");
  add_choice(command, "--as", options->kind, {"MX", "A"}, "only this kind; without it, both");
  set_action(command, context, [options](Context& run) {
    std::size_t count = 0;
    std::map<db::LeftForMail, std::vector<std::string>> left;
    edit_names(run, [&](db::Connection& connection) {
      count = for_each_name(options->list, [&](const std::string& name) {
        const auto way = db::unpublish_pool(connection, options->pool, name, options->kind);
        if (way != db::LeftForMail::mx) left[way].push_back(name);
      });
    });
    tell(run.out, *options, count, "is no longer published at ");
    tell_of_lost_mx(run.out, left[db::LeftForMail::addresses],
                    "senders deliver to the addresses of the name itself (RFC 5321 section 5.1)");
    tell_of_lost_mx(run.out, left[db::LeftForMail::nothing], "no address stands there either, and mail bounces");
    return exit_done;
  });
}

}  // namespace

void register_pool_names(CLI::App& pool, Context& context) {
  register_publish(pool, context);
  register_unpublish(pool, context);
}

}  // namespace mxbalance::cli
