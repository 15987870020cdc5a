#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/columns.h"
#include "backend/cli/shared/lists.h"
#include "db/columns/mail_tables.h"
#include "db/edits/listings.h"
#include "db/edits/pools.h"

namespace mxbalance::cli {

namespace {

void add_pool_argument(CLI::App& command, std::string& name) {
  add_pool_name(command, "POOL", name, "the pool's name")->required();
}

Json to_json(const db::PoolListing& pool) {
  Json json;
  for (const auto& column : db::columns::pools.columns)
    json[column.name] = json_of(pool.columns.at(column.name));
  json["members"] = pool.members;
  json["published"] = pool.published;
  return json;
}

void register_pool_list(CLI::App& pool, Context& context) {
  const auto cells = [](const db::PoolListing& row) {
    std::vector<std::string> found{row.name};
    for (const auto* const name : {"ttl", "mx_policy", "address_policy"})
      found.push_back(db::as_text(row.columns.at(name)));
    found.insert(found.end(), {std::to_string(row.members), std::to_string(row.published)});
    return found;
  };
  add_list<db::PoolListing>(pool, context, "List all pools", false,
                            {.headings = {"POOL", "TTL", "MX POLICY", "ADDRESS POLICY", "MEMBERS", "PUBLISHED"},
                             .cells = cells,
                             .json = [](const db::PoolListing& row) { return to_json(row); },
                             .for_each = db::for_each_pool_listing});
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
  for (const auto& column : db::columns::pools.columns)
    if (!column.is_key) properties.add({label_of(column), shown(column, pool.listing.columns.at(column.name))});
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
  tell_of_more(out, pool.published.total, pool.published.rows.size());
}

void register_pool_show(CLI::App& pool, Context& context) {
  add_show(pool, context, "Show a pool: who would be answered now, and where it is published",
           "mxbalance pool show inbound", true, add_pool_argument,
           [](std::ostream& out, db::Connection& connection, const std::string& name, bool as_json) {
             const auto details = db::pool_details(connection, name, rows_shown(as_json));
             as_json ? print_json(out, to_json(details)) : show_for_people(out, details);
           });
}

struct SettingOptions {
  std::string name;
  db::ColumnValues settings;
};

std::shared_ptr<SettingOptions> add_pool_settings(CLI::App& command) {
  auto options = std::make_shared<SettingOptions>();
  add_pool_argument(command, options->name);
  add_column_flags(command, db::columns::pools.columns, db::ColumnRole::setting, options->settings);
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
    if (options->settings.empty()) throw UsageError("there is nothing to set");
    edit_store(run,
               [&](db::Connection& connection) { db::change_pool(connection, options->name, options->settings); });
    run.out << "changed the pool " << options->name << '\n';
    return exit_done;
  });
}

void register_pool_remove(CLI::App& pool, Context& context) {
  CLI::App& command =
      add_command(pool, "remove", "Remove a pool that is not published", "mxbalance pool remove inbound");
  const auto name = std::make_shared<std::string>();
  add_pool_argument(command, *name);
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
