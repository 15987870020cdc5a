#include <memory>
#include <sstream>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/lists.h"
#include "backend/cli/shared/name_list.h"
#include "db/base/text.h"
#include "db/dns/ttl.h"
#include "db/edits/listings.h"
#include "db/edits/zones.h"
#include "db/zones/transfers.h"

namespace mxbalance::cli {

namespace {

std::vector<std::string> kinds() {
  return {"NATIVE", "MASTER", "SLAVE"};
}

std::string serial_text(const db::ZoneListing& zone) {
  return zone.serial ? std::to_string(*zone.serial) : "-";
}

Json to_json(const db::ZoneListing& zone) {
  return {{"name", zone.name},
          {"kind", zone.kind},
          {"serial", zone.serial ? Json(*zone.serial) : Json()},
          {"records", zone.records}};
}

void add_zone_argument(CLI::App& command, std::string& name) {
  add_name(command, "ZONE", name, "the zone's name")->required();
}

void register_zone_list(CLI::App& zone, Context& context) {
  const auto json = [](const db::ZoneListing& row) {
    Json element = to_json(row);
    element["published"] = row.published;
    return element;
  };
  const auto cells = [](const db::ZoneListing& row) -> std::vector<std::string> {
    return {row.name, row.kind, serial_text(row), std::to_string(row.records), std::to_string(row.published)};
  };
  add_list<db::ZoneListing>(zone, context, "List all zones", false,
                            {.headings = {"ZONE", "KIND", "SERIAL", "RECORDS", "PUBLISHED"},
                             .cells = cells,
                             .json = json,
                             .for_each = db::for_each_zone_listing});
}

Json to_json(const db::ZoneDetails& zone) {
  Json shown = to_json(zone.listing);
  shown["soa"] = zone.soa;
  shown["name_servers"] = zone.name_servers;
  shown["published"] = Json::array();
  for (const auto& name : zone.published.rows) {
    shown["published"].push_back({{"name", name.name}, {"as", name.kind}, {"pool", name.pool}});
  }
  shown["mail_servers"] = zone.mail_servers.rows;
  return shown;
}

void show_for_people(std::ostream& out, const db::ZoneDetails& zone) {
  Table properties(out);
  properties.add({"zone", zone.listing.name});
  properties.add({"kind", zone.listing.kind});
  properties.add({"serial", serial_text(zone.listing)});
  properties.add({"SOA", zone.soa.empty() ? "-" : zone.soa});
  properties.add({"name servers", joined(zone.name_servers)});
  properties.add({"records", std::to_string(zone.listing.records)});
  properties.finish();
  if (zone.published.total > 0) {
    out << "\npools published in it:\n";
    Table published(out, {"NAME", "AS", "POOL"});
    for (const auto& name : zone.published.rows)
      published.add({name.name, name.kind, name.pool});
    published.finish();
    tell_of_more(out, zone.published.total, zone.published.rows.size());
  }
  if (zone.mail_servers.total > 0) {
    out << "\nmail servers in it:\n";
    for (const auto& server : zone.mail_servers.rows)
      out << db::printable(server) << '\n';
    tell_of_more(out, zone.mail_servers.total, zone.mail_servers.rows.size());
  }
}

void register_zone_show(CLI::App& zone, Context& context) {
  add_show(zone, context, "Show a zone and what is published in it", "mxbalance zone show yourdomain.com", false,
           add_zone_argument,
           [](std::ostream& out, db::Connection& connection, const std::string& name, bool as_json) {
             const auto details = db::zone_details(connection, name, rows_shown(as_json));
             as_json ? print_json(out, to_json(details)) : show_for_people(out, details);
           });
}

struct AddOptions {
  NameList zones;
  std::vector<std::string> name_servers;
  std::optional<std::string> hostmaster;
  std::optional<std::string> kind;
  std::optional<std::uint32_t> ttl;
  std::vector<std::string> primaries;
};

/// Adds the zone without records, which come from the primary.
void add_secondary_zone(db::Connection& connection, const std::string& name, const AddOptions& options) {
  db::add_secondary_zone(connection, {name, db::in_list(options.primaries), ""});
}

void require_own_or_secondary(const AddOptions& options) {
  const bool is_secondary = !options.primaries.empty();
  if (!is_secondary && options.name_servers.empty()) throw UsageError("--ns is required, or --secondary-of");
  if (is_secondary && (!options.name_servers.empty() || options.hostmaster || options.kind || options.ttl)) {
    throw UsageError("--secondary-of takes no --ns, --hostmaster, --kind or --ttl: the primary has them");
  }
}

void note_missing_address(std::ostream& err, const std::string& server, const std::string& zone) {
  err << "mxbalance: note: the name server " << server << " has no address yet; add it with: "
      << "mxbalance zone records " << zone << " add " << server << " A ADDRESS\n";
}

int add(Context& context, const AddOptions& options) {
  require_own_or_secondary(options);
  db::NewZone zone;
  zone.name_servers = options.name_servers;
  zone.hostmaster = options.hostmaster.value_or("");
  zone.kind = options.kind.value_or(zone.kind);
  zone.ttl = options.ttl.value_or(zone.ttl);
  std::ostringstream notes;  // printed after the zones were written
  std::size_t count = 0;
  edit_store(context, [&](db::Connection& connection) {
    count = for_each_name(options.zones, [&](const std::string& name) {
      if (!options.primaries.empty()) return add_secondary_zone(connection, name, options);
      zone.name = name;
      for (const auto& server : db::add_zone(connection, zone, today()))
        note_missing_address(notes, server, name);
    });
  });
  for (const auto& name : options.zones.names)
    context.out << "added the zone " << name << '\n';
  if (options.zones.from) context.out << "added " << count << (count == 1 ? " zone\n" : " zones\n");
  context.err << notes.str();
  return exit_done;
}

void register_zone_add(CLI::App& zone, Context& context) {
  CLI::App& command =
      add_command(zone, "add", "Add zones with their SOA and NS records, all or none",
                  "mxbalance zone add yourdomain.com --ns ns1.yourdomain.com --ns ns2.yourdomain.com\n"
                  "mxbalance zone add yourdomain.com --ns ns1.example.net --hostmaster admin@yourdomain.com\n"
                  "mxbalance zone add --from domains.txt --ns ns1.example.net --ns ns2.example.net\n"
                  "mxbalance zone add customer.example --secondary-of 192.0.2.53");
  const auto options = std::make_shared<AddOptions>();
  add_name_list(command, "ZONE", options->zones, "the zones' names");
  add_names(command, "--ns", options->name_servers,
            "a name server; may be repeated, the first is the SOA's primary");
  add_hostmaster(command, "--hostmaster", options->hostmaster, "the SOA's mailbox (hostmaster@ZONE)");
  add_choice(command, "--kind", options->kind, kinds(), "what the zone is to PowerDNS (NATIVE)");
  add_number(command, "--ttl", options->ttl, 0, db::longest_ttl, "of the SOA and NS records, in seconds (3600)");
  add_primaries(command, "--secondary-of", options->primaries,
                "make it a secondary zone of this primary, from which PowerDNS transfers it; may be repeated");
  set_action(command, context, [options](Context& run) { return add(run, *options); });
}

void register_zone_set(CLI::App& zone, Context& context) {
  CLI::App& command = add_command(zone, "set", "Change a zone's kind, hostmaster or primaries",
                                  "mxbalance zone set yourdomain.com --hostmaster admin@yourdomain.com\n"
                                  "mxbalance zone set yourdomain.com --kind MASTER\n"
                                  "mxbalance zone set customer.example --primary 192.0.2.53 --primary 192.0.2.54");
  struct Options {
    std::string name;
    db::ZoneChange change;
  };
  const auto options = std::make_shared<Options>();
  add_zone_argument(command, options->name);
  add_choice(command, "--kind", options->change.kind, kinds(), "what the zone is to PowerDNS");
  add_hostmaster(command, "--hostmaster", options->change.hostmaster, "the SOA's mailbox");
  add_primaries(command, "--primary", options->change.primaries,
                "of a secondary zone: its primary; may be repeated, and replaces those it has");
  set_action(command, context, [options](Context& run) {
    const auto& change = options->change;
    if (!change.kind && !change.hostmaster && change.primaries.empty())
      throw UsageError("there is nothing to set");
    edit_store(run,
               [&](db::Connection& connection) { db::change_zone(connection, options->name, options->change); });
    run.out << "changed the zone " << options->name << '\n';
    return exit_done;
  });
}

void register_zone_remove(CLI::App& zone, Context& context) {
  CLI::App& command =
      add_command(zone, "remove", "Remove a zone with all its records", "mxbalance zone remove yourdomain.com");
  const auto name = std::make_shared<std::string>();
  add_zone_argument(command, *name);
  set_action(command, context, [name](Context& run) {
    std::int64_t records = 0;
    edit_store(run, [&](db::Connection& connection) { records = db::remove_zone(connection, *name); });
    run.out << "removed the zone " << *name << " with " << records << (records == 1 ? " record\n" : " records\n");
    return exit_done;
  });
}

}  // namespace

void register_zone(CLI::App& app, Context& context) {
  CLI::App& zone = add_command_group(app, "zone", "Zones: add, list, show, set, records, remove");
  register_zone_add(zone, context);
  register_zone_list(zone, context);
  register_zone_show(zone, context);
  register_zone_set(zone, context);
  register_zone_records(zone, context);
  register_zone_remove(zone, context);
}

}  // namespace mxbalance::cli
