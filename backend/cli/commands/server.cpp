#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/columns.h"
#include "backend/cli/shared/lists.h"
#include "db/base/text.h"
#include "db/base/time.h"
#include "db/columns/mail_tables.h"
#include "db/edits/listings.h"
#include "db/edits/servers.h"

namespace mxbalance::cli {

namespace {

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const db::ServerListing& server) {
  Json addresses = Json::array();
  for (const auto& address : server.addresses) {
    addresses.push_back({{"address", address.address},
                         {"health", address.health},
                         {"reason", address.reason},
                         {"unprobed_since", or_null(address.unprobed_since)}});
  }
  Json json;
  Json probe;
  for (const auto& column : db::columns::mail_servers.columns) {
    const Json value = json_of(server.columns.at(column.name));
    if (column.role == db::ColumnRole::probe) {
      probe[column.name == "probe" ? "kind" : short_name(column)] = value;
    } else {
      json[column.name] = value;
    }
    if (column.name == "reason") {
      json["effective_health"] = server.effective_health;
      json["effective_reason"] = server.effective_reason;
    }
  }
  json["changed_at"] = server.changed_at;
  json["addresses"] = addresses;
  json["pools"] = server.pools;
  json["health_until"] = or_null(server.health_until);
  json["safe_to_stop_at"] = or_null(server.safe_at);
  json["answered_while_draining"] = server.answering;
  json["probe"] = probe;
  return json;
}

std::string unprobed(std::int64_t since) {
  return "not probed since " + db::utc_time(since);
}

std::vector<std::string> addresses_of(const db::ServerListing& server) {
  std::vector<std::string> addresses;
  for (const auto& address : server.addresses) {
    std::vector<std::string> notes;
    if (address.health != "unknown") notes.push_back(address.health);
    if (address.unprobed_since) notes.push_back(unprobed(*address.unprobed_since));
    addresses.push_back(address.address + (notes.empty() ? "" : "(" + joined(notes, ", ") + ")"));
  }
  return addresses;
}

void register_server_list(CLI::App& server, Context& context) {
  const auto cells = [](const db::ServerListing& row) -> std::vector<std::string> {
    return {row.name,
            db::as_text(row.columns.at("weight")),
            db::as_text(row.columns.at("state")),
            row.effective_health,
            joined(addresses_of(row), ","),
            joined(row.pools, ","),
            row.effective_reason};
  };
  add_list<db::ServerListing>(server, context, "List all mail servers", true,
                              {.headings = {"SERVER", "WEIGHT", "STATE", "HEALTH", "ADDRESSES", "POOLS", "REASON"},
                               .cells = cells,
                               .json = [](const db::ServerListing& row) { return to_json(row); },
                               .for_each = db::for_each_server_listing});
}

/// The probe settings of the server. The service's defaults apply to the others.
std::string probe_in_words(const db::ServerListing& server) {
  std::string words;
  for (const auto& column : db::columns::mail_servers.columns) {
    const auto& value = server.columns.at(column.name);
    if (column.role != db::ColumnRole::probe || (db::is_null(value) && column.null_word.empty())) continue;
    words += (words.empty() ? "" : ", ") + fmt::format(fmt::runtime(column.label), shown(column, value));
  }
  return words;
}

/// Adds the state, and when a server that is not enabled may be stopped.
void add_state(Table& properties, const db::ServerListing& server) {
  properties.add({"state", db::as_text(server.columns.at("state"))});
  if (server.safe_at) properties.add({"safe to stop", "at " + countdown(*server.safe_at)});
  if (!server.answering.empty()) {
    properties.add(
        {"safe to stop", "no: too few others are live in " + joined(server.answering) + ", and it is answered"});
  }
}

void add_health(Table& properties, const db::ServerListing& server) {
  const std::string health = db::as_text(server.columns.at("health"));
  properties.add({"health", health + (server.health_until ? ", until " + countdown(*server.health_until) : "")});
  if (server.effective_health != health) properties.add({"with its addresses", server.effective_health});
  properties.add({"reason", server.effective_reason.empty() ? "-" : server.effective_reason});
}

void show_for_people(std::ostream& out, const db::ServerListing& server) {
  Table properties(out);
  properties.add({"server", server.name});
  for (const auto& column : db::columns::mail_servers.columns) {
    if (column.name == "state") {
      add_state(properties, server);
    } else if (column.name == "health") {
      add_health(properties, server);
    } else if (column.role == db::ColumnRole::setting && !column.is_key) {
      properties.add({label_of(column), shown(column, server.columns.at(column.name))});
    }
  }
  properties.add({"changed", db::utc_time(server.changed_at)});
  properties.add({"pools", joined(server.pools)});
  properties.add({"probe", probe_in_words(server)});
  properties.finish();
  if (server.addresses.empty()) return;
  out << '\n';
  Table addresses(out, {"ADDRESS", "HEALTH", "REASON"});
  for (const auto& address : server.addresses) {
    const std::string note = address.unprobed_since ? " (" + unprobed(*address.unprobed_since) + ")" : "";
    addresses.add({address.address, address.health + note, address.reason});
  }
  addresses.finish();
}

void add_server_argument(CLI::App& command, std::string& name) {
  add_host_name(command, "NAME", name, "the server's host name")->required();
}

void register_server_show(CLI::App& server, Context& context) {
  add_show(server, context, "Show a mail server", "mxbalance server show mail1.yourdomain.com", true,
           add_server_argument,
           [](std::ostream& out, db::Connection& connection, const std::string& name, bool as_json) {
             const auto listing = db::server_listing(connection, name);
             as_json ? print_json(out, to_json(listing)) : show_for_people(out, listing);
           });
}

void add_server_settings(CLI::App& command, db::ColumnValues& settings) {
  for (const auto role : {db::ColumnRole::setting, db::ColumnRole::health, db::ColumnRole::probe})
    add_column_flags(command, db::columns::mail_servers.columns, role, settings);
}

void register_server_add(CLI::App& server, Context& context) {
  CLI::App& command =
      add_command(server, "add", "Add a mail server",
                  "mxbalance server add mail1.yourdomain.com --address 10.0.0.1 --weight 70\n"
                  "mxbalance server add mail2.yourdomain.com --address 10.0.0.2 --address 2001:db8::2");
  struct Options {
    std::string name;
    std::vector<std::string> addresses;
    db::ColumnValues settings;
    bool replace = false;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "its host name, which MX records point to")->required();
  add_addresses(command, "--address", options->addresses, "an IPv4 or IPv6 address; may be repeated");
  add_server_settings(command, options->settings);
  command.add_flag(
      "--replace", options->replace,
      "static A, AAAA and CNAME records of the name give way; without --address, the addresses are taken");
  set_action(command, context, [options](Context& run) {
    std::vector<std::string> gave_way;
    edit_store(run, [&](db::Connection& connection) {
      gave_way =
          db::add_server(connection, options->name, options->settings, options->addresses, options->replace);
    });
    run.out << "added the mail server " << options->name;
    if (!gave_way.empty()) run.out << " in place of " << joined(gave_way, ", ");
    run.out << '\n';
    return exit_done;
  });
}

void register_server_set(CLI::App& server, Context& context) {
  CLI::App& command = add_command(
      server, "set", "Change a mail server's weight, addresses, ttl, health or probes",
      "mxbalance server set mail1.yourdomain.com --weight 50\n"
      "mxbalance server set mail1.yourdomain.com --add-address 2001:db8::1\n"
      "mxbalance server set mail1.yourdomain.com --probe smtp --port 2525 --interval 5s --tls require\n"
      "mxbalance server set mail1.yourdomain.com --health down --reason 'queue is full'");
  struct Options {
    std::string name;
    std::vector<std::string> all;
    db::AddressChange addresses;
    db::ColumnValues settings;
    bool force = false;
  };
  const auto options = std::make_shared<Options>();
  add_server_argument(command, options->name);
  add_server_settings(command, options->settings);
  add_addresses(command, "--address", options->all, "replaces all its addresses; may be repeated");
  add_addresses(command, "--add-address", options->addresses.added, "adds an address; may be repeated");
  add_addresses(command, "--remove-address", options->addresses.removed, "removes an address; may be repeated");
  command.add_flag("--force", options->force,
                   "also the last live address of the last live server of a published pool");
  set_action(command, context, [options, &command](Context& run) {
    if (command.count_all() == (options->force ? 3U : 2U))
      throw UsageError("there is nothing to set");  // count of the command itself, NAME, --force
    if (!options->all.empty()) options->addresses.all = options->all;
    edit_store(run, [&](db::Connection& connection) {
      db::change_server(connection, options->name, options->settings, options->addresses, options->force);
    });
    run.out << "changed the mail server " << options->name << '\n';
    return exit_done;
  });
}

/// Prints until when resolvers may cache answers with these servers.
void tell_when_safe(const Context& run, const std::vector<std::string>& names) {
  read_store(run, [&](db::Connection& connection) {
    for (const auto& name : names) {
      const auto server = db::server_listing(connection, name);
      if (server.safe_at) run.out << name << " is safe to stop at " << countdown(*server.safe_at) << '\n';
      if (server.answering.empty()) continue;
      run.out << name << " is not safe to stop: too few others are live in " << joined(server.answering)
              << ", and it is still answered; who must get no mail at all uses: mxbalance server disable " << name
              << '\n';
    }
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
    bool force = false;
  };
  const auto options = std::make_shared<Options>();
  add_host_names(command, "NAME", options->names, "host names of servers")->required();
  add_text(command, "--reason", options->reason, "why, for people");
  if (state != "enabled")
    command.add_flag("--force", options->force, "also the last live server of a published pool");
  set_action(command, context, [options, state](Context& run) {
    edit_store(run, [&](db::Connection& connection) {
      for (const auto& name : options->names)
        db::set_server_state(connection, name, state, options->reason, options->force);
    });
    for (const auto& name : options->names)
      run.out << name << " is now in the state " << state << '\n';
    if (state != "enabled") {
      tell_when_safe(run, options->names);
      tell_of_unwritten_health(run);
    }
    return exit_done;
  });
}

void register_server_remove(CLI::App& server, Context& context) {
  CLI::App& command = add_command(server, "remove", "Remove a mail server that is in no pool",
                                  "mxbalance server remove mail1.yourdomain.com");
  const auto name = std::make_shared<std::string>();
  add_server_argument(command, *name);
  set_action(command, context, [name](Context& run) {
    std::int64_t safe_at = 0;
    edit_store(run, [&](db::Connection& connection) {
      const auto removed = db::server_listing(connection, *name);
      safe_at = std::max(removed.safe_at.value_or(0), removed.kept_until.value_or(0));
      db::remove_server(connection, *name);
    });
    run.out << "removed the mail server " << *name << '\n';
    if (safe_at > db::seconds_now()) run.out << *name << " is safe to stop at " << countdown(safe_at) << '\n';
    return exit_done;
  });
}

}  // namespace

void register_server(CLI::App& app, Context& context) {
  CLI::App& server = add_command_group(
      app, "server", "Mail servers: add, list, show, set, enable, drain, disable, health, remove");
  register_server_add(server, context);
  register_server_list(server, context);
  register_server_show(server, context);
  register_server_set(server, context);
  register_server_state(server, context, "enable", "enabled", "Let servers take mail again");
  register_server_state(server, context, "drain", "drain",
                        "Take servers out of the answers; they finish what they have");
  register_server_state(server, context, "disable", "disabled", "Take servers out, also when all others are down");
  register_server_health(server, context);
  register_server_remove(server, context);
}

}  // namespace mxbalance::cli
