#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/output.h"
#include "db/edits/listings.h"
#include "db/edits/pools.h"

namespace mxbalance::cli {

namespace {

constexpr std::int64_t shown_names = 20;

Json to_json(const db::PoolListing& pool) {
  return {{"name", pool.name},
          {"ttl", pool.ttl},
          {"mx_policy", pool.mx_policy},
          {"address_policy", pool.address_policy},
          {"max_addresses", pool.max_addresses},
          {"min_live", pool.min_live},
          {"slow_start", pool.slow_start}};
}

void register_pool_list(CLI::App& pool, Context& context) {
  CLI::App& command =
      add_command(pool, "list", "List all pools", "mxbalance pool list\nmxbalance pool list --json");
  const auto json = std::make_shared<bool>(false);
  add_json_flag(command, *json);
  set_action(command, context, [json](Context& run) {
    read_store(run, [&](db::Connection& connection) {
      if (*json) {
        JsonArray array(run.out);
        db::for_each_pool_listing(connection, [&](const db::PoolListing& row) {
          Json element = to_json(row);
          element["members"] = row.members;
          element["published"] = row.published;
          array.add(element);
        });
        return array.finish();
      }
      Table table(run.out, {"POOL", "TTL", "MX POLICY", "ADDRESS POLICY", "MEMBERS", "PUBLISHED"});
      db::for_each_pool_listing(connection, [&](const db::PoolListing& row) {
        table.add({row.name, std::to_string(row.ttl), row.mx_policy, row.address_policy,
                   std::to_string(row.members), std::to_string(row.published)});
      });
      table.finish();
    });
    return exit_done;
  });
}

Json to_json(const db::PoolDetails& pool) {
  Json shown = to_json(pool.listing);
  shown["members"] = Json::array();
  for (const auto& member : pool.members) {
    shown["members"].push_back({{"server", member.server},
                                {"preference", member.preference},
                                {"weight", member.weight},
                                {"mx", member.mx},
                                {"a", member.a},
                                {"aaaa", member.aaaa},
                                {"why", member.why}});
  }
  shown["published"] = Json::array();
  for (const auto& name : pool.published.rows)
    shown["published"].push_back({{"name", name.name}, {"as", name.kind}});
  return shown;
}

void show_members(std::ostream& out, const db::PoolDetails& pool) {
  if (pool.members.empty()) {
    out << "\nno members\n";
    return;
  }
  out << "\nwho would be answered now:\n";
  Table members(out, {"SERVER", "PREFERENCE", "WEIGHT", "MX", "A", "AAAA", "WHY"});
  for (const auto& member : pool.members) {
    members.add({member.server, std::to_string(member.preference), std::to_string(member.weight), member.mx,
                 member.a, member.aaaa, member.why});
  }
  members.finish();
}

void show_for_people(std::ostream& out, const db::PoolDetails& pool) {
  Table properties(out);
  properties.add({"pool", pool.listing.name});
  properties.add({"ttl", std::to_string(pool.listing.ttl)});
  properties.add({"MX policy", pool.listing.mx_policy});
  properties.add({"address policy", pool.listing.address_policy});
  properties.add({"max addresses", std::to_string(pool.listing.max_addresses)});
  properties.add({"min live", std::to_string(pool.listing.min_live)});
  properties.add({"slow start", std::to_string(pool.listing.slow_start)});
  properties.finish();
  show_members(out, pool);
  if (pool.published.total == 0) {
    out << "\nnot published\n";
    return;
  }
  out << "\npublished at " << pool.published.total << (pool.published.total == 1 ? " name:\n" : " names:\n");
  Table names(out, {"NAME", "AS"});
  for (const auto& name : pool.published.rows)
    names.add({name.name, name.kind});
  names.finish();
  const auto more = pool.published.total - static_cast<std::int64_t>(pool.published.rows.size());
  if (more > 0) out << "and " << more << " more; --json shows all\n";
}

void register_pool_show(CLI::App& pool, Context& context) {
  CLI::App& command =
      add_command(pool, "show", "Show a pool: who would be answered now, and where it is published",
                  "mxbalance pool show inbound");
  struct Options {
    std::string name;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  add_pool_name(command, "POOL", options->name, "the pool's name")->required();
  add_json_flag(command, options->json);
  set_action(command, context, [options](Context& run) {
    read_store(run, [&](db::Connection& connection) {
      const auto details = db::pool_details(connection, options->name, options->json ? -1 : shown_names);
      options->json ? print_json(run.out, to_json(details)) : show_for_people(run.out, details);
    });
    tell_of_unwritten_health(run);
    return exit_done;
  });
}

struct SettingOptions {
  std::string name;
  db::PoolSettings settings;
};

std::shared_ptr<SettingOptions> add_pool_settings(CLI::App& command) {
  auto options = std::make_shared<SettingOptions>();
  auto& settings = options->settings;
  add_pool_name(command, "POOL", options->name, "the pool's name")->required();
  add_number(command, "--ttl", settings.ttl, 0, 86400, "of the records that it publishes, in seconds");
  add_choice(command, "--mx-policy", settings.mx_policy, {"auto", "equal", "ranked"},
             "equal: one preference for a tier; ranked: weights obeyed by drawn preferences; auto: what the "
             "weights need");
  add_choice(command, "--address-policy", settings.address_policy, {"auto", "all", "subset"},
             "all: every live address; subset: some, drawn by weight; auto: what the weights need");
  add_number(command, "--max-addresses", settings.max_addresses, 1, 64, "of one family in an answer");
  add_number(command, "--min-live", settings.min_live, 1, 65535,
             "with fewer live members than this, draining ones help out, or all are answered");
  add_number(command, "--slow-start", settings.slow_start, 0, 86400,
             "seconds over which the weight of a server that came up rises");
  return options;
}

void register_pool_add(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "add", "Add a pool",
                                  "mxbalance pool add inbound --ttl 60\n"
                                  "mxbalance pool add outbound --mx-policy equal --min-live 2");
  const auto options = add_pool_settings(command);
  set_action(command, context, [options](Context& run) {
    edit_store(run,
               [&](db::Connection& connection) { db::add_pool(connection, options->name, options->settings); });
    run.out << "added the pool " << options->name << '\n';
    return exit_done;
  });
}

void register_pool_set(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "set", "Change a pool's ttl, policies or thresholds",
                                  "mxbalance pool set inbound --ttl 30\n"
                                  "mxbalance pool set inbound --mx-policy ranked");
  const auto options = add_pool_settings(command);
  set_action(command, context, [options](Context& run) {
    const auto& settings = options->settings;
    if (!settings.ttl && !settings.mx_policy && !settings.address_policy && !settings.max_addresses &&
        !settings.min_live && !settings.slow_start) {
      throw UsageError("there is nothing to set");
    }
    edit_store(run, [&](db::Connection& connection) { db::change_pool(connection, options->name, settings); });
    run.out << "changed the pool " << options->name << '\n';
    return exit_done;
  });
}

void register_pool_remove(CLI::App& pool, Context& context) {
  CLI::App& command =
      add_command(pool, "remove", "Remove a pool that is not published", "mxbalance pool remove inbound");
  const auto name = std::make_shared<std::string>();
  add_pool_name(command, "POOL", *name, "the pool's name")->required();
  set_action(command, context, [name](Context& run) {
    edit_store(run, [&](db::Connection& connection) { db::remove_pool(connection, *name); });
    run.out << "removed the pool " << *name << '\n';
    return exit_done;
  });
}

}  // namespace

void register_pool(CLI::App& app, Context& context) {
  CLI::App& pool = add_command_group(
      app, "pool", "Pools of mail servers: add, list, show, set, join, leave, publish, unpublish, remove");
  register_pool_add(pool, context);
  register_pool_list(pool, context);
  register_pool_show(pool, context);
  register_pool_set(pool, context);
  register_pool_members(pool, context);
  register_pool_names(pool, context);
  register_pool_remove(pool, context);
}

}  // namespace mxbalance::cli
