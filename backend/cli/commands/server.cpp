#include <algorithm>
#include <memory>
#include <sstream>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/output.h"
#include "db/base/text.h"
#include "db/base/time.h"
#include "db/edits/health.h"
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
  return {{"name", server.name},
          {"weight", server.weight},
          {"state", server.state},
          {"health", server.health},
          {"reason", server.reason},
          {"effective_health", server.effective_health},
          {"effective_reason", server.effective_reason},
          {"ttl", server.ttl},
          {"changed_at", server.changed_at},
          {"addresses", addresses},
          {"pools", server.pools},
          {"health_until", or_null(server.health_until)},
          {"safe_to_stop_at", or_null(server.safe_at)},
          {"answered_while_draining", server.answering},
          {"probe",
           {{"kind", or_null(server.probe.kind)},
            {"port", or_null(server.probe.port)},
            {"interval", or_null(server.probe.interval)},
            {"timeout", or_null(server.probe.timeout)},
            {"rise", or_null(server.probe.rise)},
            {"fall", or_null(server.probe.fall)},
            {"tls", or_null(server.probe.tls)}}}};
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
        table.add({row.name, std::to_string(row.weight), row.state, row.effective_health,
                   joined(addresses_of(row), ","), joined(row.pools, ","), row.effective_reason});
      });
      table.finish();
    });
    tell_of_unwritten_health(run);
    return exit_done;
  });
}

/// The probe settings of the server. The service's defaults apply to the others.
std::string in_words(const db::ServerListing::Probe& probe) {
  std::ostringstream words;
  words << probe.kind.value_or("default");
  if (probe.port) words << ", port " << *probe.port;
  if (probe.interval) words << ", every " << *probe.interval << " s";
  if (probe.timeout) words << ", timeout " << *probe.timeout << " s";
  if (probe.rise) words << ", rise " << *probe.rise;
  if (probe.fall) words << ", fall " << *probe.fall;
  if (probe.tls) words << ", tls " << *probe.tls;
  return words.str();
}

void show_for_people(std::ostream& out, const db::ServerListing& server) {
  Table properties(out);
  properties.add({"server", server.name});
  properties.add({"weight", std::to_string(server.weight)});
  properties.add({"state", server.state});
  if (server.safe_at) properties.add({"safe to stop", "at " + countdown(*server.safe_at)});
  if (!server.answering.empty()) {
    properties.add(
        {"safe to stop", "no: too few others are live in " + joined(server.answering) + ", and it is answered"});
  }
  properties.add(
      {"health", server.health + (server.health_until ? ", until " + countdown(*server.health_until) : "")});
  if (server.effective_health != server.health) properties.add({"with its addresses", server.effective_health});
  properties.add({"reason", server.effective_reason.empty() ? "-" : server.effective_reason});
  properties.add({"ttl", std::to_string(server.ttl)});
  properties.add({"changed", db::utc_time(server.changed_at)});
  properties.add({"pools", joined(server.pools)});
  properties.add({"probe", in_words(server.probe)});
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
    tell_of_unwritten_health(run);
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

void add_probe_settings(CLI::App& command, db::ServerProbe& probe) {
  add_choice(command, "--probe", probe.kind, {"smtp", "smtps", "tcp", "none", "default"},
             "how it is probed; default: all of this as `mxbalance serve` is told");
  add_number(command, "--port", probe.port, 1, 65535, "port of probes");
  add_duration(command, "--interval", probe.interval, 0.01, 86400, "from one probe of an address to the next");
  add_duration(command, "--timeout", probe.timeout, 0.01, 3600, "of a probe");
  add_number(command, "--rise", probe.rise, 1, 100, "passed probes in a row until up");
  add_number(command, "--fall", probe.fall, 1, 100, "failed probes in a row until down");
  add_choice(command, "--tls", probe.tls, {"off", "try", "require"}, "STARTTLS: never; where offered; always");
}

void write_probe_settings(db::Connection& connection, const std::string& name, db::ServerProbe probe) {
  probe.as_default = probe.kind == "default";
  if (probe.as_default) probe.kind.reset();
  db::set_server_probe(connection, name, probe);
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
    db::ServerProbe probe;
    bool replace = false;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "its host name, which MX records point to")->required();
  add_addresses(command, "--address", options->addresses, "an IPv4 or IPv6 address; may be repeated");
  add_server_settings(command, options->settings);
  add_probe_settings(command, options->probe);
  command.add_flag(
      "--replace", options->replace,
      "static A, AAAA and CNAME records of the name give way; without --address, the addresses are taken");
  set_action(command, context, [options](Context& run) {
    std::vector<std::string> gave_way;
    edit_store(run, [&](db::Connection& connection) {
      gave_way =
          db::add_server(connection, options->name, options->settings, options->addresses, options->replace);
      write_probe_settings(connection, options->name, options->probe);
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
    db::ServerSettings settings;
    db::ServerProbe probe;
    bool force = false;
  };
  const auto options = std::make_shared<Options>();
  add_host_name(command, "NAME", options->name, "the server's host name")->required();
  add_server_settings(command, options->settings);
  add_probe_settings(command, options->probe);
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
      write_probe_settings(connection, options->name, options->probe);
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
  add_host_name(command, "NAME", *name, "the server's host name")->required();
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
