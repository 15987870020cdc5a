#include <memory>

#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"
#include "backend/cli/output.h"
#include "db/edits_servers.h"
#include "db/listings.h"

namespace mxbalance::cli {

namespace {

Json to_json(const db::ServerListing& server) {
  Json addresses = Json::array();
  for (const auto& address : server.addresses) {
    addresses.push_back({{"address", address.address}, {"health", address.health}, {"reason", address.reason}});
  }
  return {{"name", server.name},
          {"weight", server.weight},
          {"state", server.state},
          {"health", server.health},
          {"reason", server.reason},
          {"ttl", server.ttl},
          {"changed_at", server.changed_at},
          {"addresses", addresses},
          {"pools", server.pools}};
}

std::vector<std::string> addresses_of(const db::ServerListing& server) {
  std::vector<std::string> addresses;
  for (const auto& address : server.addresses) {
    addresses.push_back(address.address + (address.health == "unknown" ? "" : "(" + address.health + ")"));
  }
  return addresses;
}

void register_server_list(CLI::App& server, Context& context) {
  CLI::App& command =
      add_command(server, "list", "List all mail servers", "mxbalance server list\nmxbalance server list --json");
  const auto json = std::make_shared<bool>(false);
  add_json_flag(command, *json);
  set_action(command, context, [json](Context& run) {
    read_store(run, [&](db::Connection& connection) {
      if (*json) {
        JsonArray array(run.out);
        db::for_each_server_listing(connection, [&](const db::ServerListing& row) { array.add(to_json(row)); });
        return array.finish();
      }
      Table table(run.out, {"SERVER", "WEIGHT", "STATE", "HEALTH", "ADDRESSES", "POOLS", "REASON"});
      db::for_each_server_listing(connection, [&](const db::ServerListing& row) {
        table.add({row.name, std::to_string(row.weight), row.state, row.health, joined(addresses_of(row), ","),
                   joined(row.pools, ","), row.reason});
      });
      table.finish();
    });
    return exit_done;
  });
}

void show_for_people(std::ostream& out, const db::ServerListing& server) {
  Table properties(out);
  properties.add({"server", server.name});
  properties.add({"weight", std::to_string(server.weight)});
  properties.add({"state", server.state});
  properties.add({"health", server.health});
  properties.add({"reason", server.reason.empty() ? "-" : server.reason});
  properties.add({"ttl", std::to_string(server.ttl)});
  properties.add({"changed", utc_time(server.changed_at)});
  properties.add({"pools", joined(server.pools)});
  properties.finish();
  if (server.addresses.empty()) return;
  out << '\n';
  Table addresses(out, {"ADDRESS", "HEALTH", "REASON"});
  for (const auto& address : server.addresses)
    addresses.add({address.address, address.health, address.reason});
  addresses.finish();
}

void register_server_show(CLI::App& server, Context& context) {
  CLI::App& command =
      add_command(server, "show", "Show a mail server", "mxbalance server show mail1.yourdomain.com");
  struct Options {
    std::string name;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "the server's host name")->required();
  add_json_flag(command, options->json);
  set_action(command, context, [options](Context& run) {
    read_store(run, [&](db::Connection& connection) {
      const auto listing = db::server_listing(connection, options->name);
      options->json ? print_json(run.out, to_json(listing)) : show_for_people(run.out, listing);
    });
    return exit_done;
  });
}

void add_server_settings(CLI::App& command, db::ServerSettings& settings) {
  add_number(command, "--weight", settings.weight, 0, 65535,
             "its share of the mail; 0: only when no other is live");
  add_number(command, "--ttl", settings.ttl, 0, 86400, "of its own A and AAAA records, in seconds");
  add_choice(command, "--health", settings.health, {"unknown", "up", "down"}, "what you or your monitor found");
  add_text(command, "--reason", settings.reason, "why it has this health");
}

void register_server_add(CLI::App& server, Context& context) {
  CLI::App& command =
      add_command(server, "add", "Add a mail server",
                  "mxbalance server add mail1.yourdomain.com --address 10.0.0.1 --weight 70\n"
                  "mxbalance server add mail2.yourdomain.com --address 10.0.0.2 --address 2001:db8::2");
  struct Options {
    std::string name;
    std::vector<std::string> addresses;
    db::ServerSettings settings;
    bool replace = false;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "its host name, which MX records point to")->required();
  add_addresses(command, "--address", options->addresses, "an IPv4 or IPv6 address; may be repeated");
  add_server_settings(command, options->settings);
  command.add_flag("--replace", options->replace, "static A and AAAA records of the name give way");
  set_action(command, context, [options](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      db::add_server(connection, options->name, options->settings, options->addresses, options->replace);
    });
    run.out << "added the mail server " << options->name << '\n';
    return exit_done;
  });
}

void register_server_set(CLI::App& server, Context& context) {
  CLI::App& command =
      add_command(server, "set", "Change a mail server's weight, addresses, ttl or health",
                  "mxbalance server set mail1.yourdomain.com --weight 50\n"
                  "mxbalance server set mail1.yourdomain.com --add-address 2001:db8::1\n"
                  "mxbalance server set mail1.yourdomain.com --health down --reason 'queue is full'");
  struct Options {
    std::string name;
    std::vector<std::string> all;
    db::AddressChange addresses;
    db::ServerSettings settings;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "the server's host name")->required();
  add_server_settings(command, options->settings);
  add_addresses(command, "--address", options->all, "replaces all its addresses; may be repeated");
  add_addresses(command, "--add-address", options->addresses.added, "adds an address; may be repeated");
  add_addresses(command, "--remove-address", options->addresses.removed, "removes an address; may be repeated");
  set_action(command, context, [options, &command](Context& run) {
    if (command.count_all() == 2) throw UsageError("there is nothing to set");  // the command itself and NAME
    if (!options->all.empty()) options->addresses.all = options->all;
    edit_store(run, [&](db::Connection& connection) {
      db::change_server(connection, options->name, options->settings, options->addresses);
    });
    run.out << "changed the mail server " << options->name << '\n';
    return exit_done;
  });
}

void register_server_state(CLI::App& server, Context& context, const std::string& verb, const std::string& state,
                           const std::string& description) {
  CLI::App& command = add_command(server, verb, description,
                                  "mxbalance server " + verb + " mail1.yourdomain.com\n" + "mxbalance server " +
                                      verb + " mail1.yourdomain.com mail2.yourdomain.com --reason maintenance");
  struct Options {
    std::vector<std::string> names;
    std::optional<std::string> reason;
  };
  const auto options = std::make_shared<Options>();
  add_host_names(command, "NAME", options->names, "host names of servers")->required();
  add_text(command, "--reason", options->reason, "why, for people");
  set_action(command, context, [options, state](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      for (const auto& name : options->names)
        db::set_server_state(connection, name, state, options->reason);
    });
    for (const auto& name : options->names)
      run.out << name << " is now in the state " << state << '\n';
    return exit_done;
  });
}

void register_server_remove(CLI::App& server, Context& context) {
  CLI::App& command = add_command(server, "remove", "Remove a mail server that is in no pool",
                                  "mxbalance server remove mail1.yourdomain.com");
  const auto name = std::make_shared<std::string>();
  add_host_name(command, "NAME", *name, "the server's host name")->required();
  set_action(command, context, [name](Context& run) {
    edit_store(run, [&](db::Connection& connection) { db::remove_server(connection, *name); });
    run.out << "removed the mail server " << *name << '\n';
    return exit_done;
  });
}

}  // namespace

void register_server(CLI::App& app, Context& context) {
  CLI::App& server =
      add_command_group(app, "server", "Mail servers: add, list, show, set, enable, drain, disable, remove");
  register_server_add(server, context);
  register_server_list(server, context);
  register_server_show(server, context);
  register_server_set(server, context);
  register_server_state(server, context, "enable", "enabled", "Let servers take mail again");
  register_server_state(server, context, "drain", "drain",
                        "Take servers out of the answers; they finish what they have");
  register_server_state(server, context, "disable", "disabled", "Take servers out, also when all others are down");
  register_server_remove(server, context);
}

}  // namespace mxbalance::cli
