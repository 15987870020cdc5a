#include "db/dns/names.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/text.h"
#include "db/check/rules.h"
#include "db/dns/addresses.h"
#include "db/dns/nsec3.h"
#include "db/lookup/keys.h"
#include "db/lookup/metadata.h"
#include "db/lookup/pools.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

// Removes faults that check_zones() and check_pools() report: upper case and trailing dots.
std::string without_dots(std::string_view name) {
  while (name.size() > 1 && name.ends_with('.'))
    name.remove_suffix(1);
  return lower(name);
}

bool is_outside_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

/// Names with letters outside ASCII are reported by check_international_names().
void check_zone_names(Connection& connection, const Report& report) {
  auto& rows = connection.statement("SELECT id, name FROM domains");
  while (rows.executeStep()) {
    const std::int64_t id = rows.getColumn(0).getInt64();
    const std::string name = rows.getColumn(1).getString();
    const auto problem = zone_name_problem(without_dots(name));
    const bool is_international = !name_problem(name) && std::any_of(name.begin(), name.end(), is_outside_ascii);
    if (problem && !is_international) {
      report({fmt::format("domains.id {} ({})", id, name), *problem + "; PowerDNS is not told of the zone",
              fmt::format("UPDATE domains SET name = 'NAME' WHERE id = {}, or delete it with its records", id)});
    }
  }
}

void check_record_names(Connection& connection, const Report& report) {
  auto& rows = connection.statement("SELECT id, name FROM records WHERE name IS NOT NULL AND type <> ''");
  while (rows.executeStep()) {
    const std::int64_t id = rows.getColumn(0).getInt64();
    const std::string name = rows.getColumn(1).getString();
    if (const auto problem = name_problem(without_dots(name))) {
      report({fmt::format("records.id {} ({})", id, name), *problem + "; it is left out of answers",
              fmt::format("correct its name, or delete it: DELETE FROM records WHERE id = {}", id)});
    }
  }
}

/// The rules of the tables refuse such names, so they were written with the rules off.
void check_mail_names(Connection& connection, const Report& report) {
  auto& servers = connection.statement("SELECT name FROM mail_servers");
  while (servers.executeStep()) {
    const std::string name = servers.getColumn(0).getString();
    if (const auto problem = host_name_problem(without_dots(name)))
      report(
          {"mail_servers " + name, *problem, "give it a host name, or delete it: it is in no answer until then"});
  }
  auto& published = connection.statement("SELECT name, kind FROM pool_names WHERE typeof(name) <> 'blob'");
  while (published.executeStep()) {
    const std::string name = published.getColumn(0).getString();
    auto problem = name_problem(without_dots(name));
    if (!problem && canonical_name(name) != lower(without_dots(name)))
      problem = "its name holds octets that need an escape";
    if (problem) {
      report({fmt::format("pool_names {} {}", name, published.getColumn(1).getString()), *problem,
              "correct its name, or delete it: nobody can ask for it"});
    }
  }
}

void check_primaries(Connection& connection, const Report& report) {
  for_each_zone(connection, [&](const ZoneInfo& info) {
    for (const auto& defect : info.defects)
      report({defect.row, defect.problem, advice::set_primary(info.zone.name)});
  });
}

/// PowerDNS searches autoprimaries by the address that sent a NOTIFY and by the zone's name servers.
void check_autoprimaries(Connection& connection, const Report& report) {
  auto& rows = connection.statement("SELECT rowid, ip, nameserver FROM supermasters");
  while (rows.executeStep()) {
    const std::string ip = rows.getColumn(1).getString();
    const std::string nameserver = rows.getColumn(2).getString();
    const std::string row = fmt::format("supermasters {} {}", ip, nameserver);
    const std::int64_t id = rows.getColumn(0).getInt64();
    const auto address = canonical_address(ip);
    if (!address) {
      report({row, "its ip is no address: no zone is added for it",
              fmt::format("UPDATE supermasters SET ip = 'ADDRESS' WHERE rowid = {}, or delete it", id)});
    } else if (*address != ip) {
      report({row, "its ip is written otherwise than PowerDNS asks for it: no zone is added for it",
              fmt::format("UPDATE supermasters SET ip = '{}' WHERE rowid = {}", *address, id)});
    }
    if (const auto problem = name_problem(without_dots(nameserver))) {
      report({row, *problem + ": no zone is added for it",
              fmt::format("UPDATE supermasters SET nameserver = 'NAME' WHERE rowid = {}, or delete it", id)});
    }
  }
}

void check_transfer_keys(Connection& connection, const Report& report) {
  (void)read_tsig_keys(connection, [&](const RowDefect& defect) {
    report({defect.row, defect.problem + "; PowerDNS is not told of it", "correct the row, or delete it"});
  });
  auto& rows = connection.statement(
      "SELECT d.name, m.kind, m.content FROM domainmetadata m JOIN domains d ON d.id = m.domain_id");
  while (rows.executeStep()) {
    const std::string zone = rows.getColumn(0).getString();
    const std::string kind = rows.getColumn(1).getString();
    if (const auto problem = metadata_problem(kind, rows.getColumn(2).getString())) {
      report({fmt::format("domainmetadata of {} ({})", zone, kind), *problem + "; PowerDNS is not told of it",
              advice::set_metadata(zone, kind)});
    }
  }
}

void check_iterations(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT d.name, m.content FROM domainmetadata m JOIN domains d ON d.id = m.domain_id WHERE m.kind = "
      "'NSEC3PARAM'");
  while (rows.executeStep()) {
    const std::string value = rows.getColumn(1).getString();
    if (!takes_more_iterations(value)) continue;
    const std::string zone = rows.getColumn(0).getString();
    report({fmt::format("domainmetadata of {} (NSEC3PARAM)", zone),
            fmt::format("its value \"{0}\" asks for more than {1} iterations: names are hashed with {1}, which is "
                        "right only while PowerDNS's max-nsec3-iterations is {1}, its default",
                        value, most_nsec3_iterations),
            advice::set_hash_parameters(zone) + " (RFC 9276 wants no iterations)"});
  }
}

void check_zone_keys(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT k.id, coalesce(d.name, ''), k.flags, k.content FROM cryptokeys k LEFT JOIN domains d ON d.id = "
      "k.domain_id");
  while (rows.executeStep()) {
    const auto problem = key_problem(rows.getColumn(2), rows.getColumn(3).getString());
    if (!problem) continue;
    const std::string id = rows.getColumn(0).getString();
    report({fmt::format("cryptokeys.id {} ({})", id, rows.getColumn(1).getString()),
            *problem + "; PowerDNS is not told of it, and signs nothing with it",
            fmt::format("restore its content from a backup, or delete it: DELETE FROM cryptokeys WHERE id = {}",
                        id)});
  }
}

}  // namespace

void check_names(Connection& connection, const Report& report) {
  check_zone_names(connection, report);
  check_record_names(connection, report);
  check_mail_names(connection, report);
  check_primaries(connection, report);
  check_autoprimaries(connection, report);
  check_transfer_keys(connection, report);
  check_iterations(connection, report);
  check_zone_keys(connection, report);
}

}  // namespace mxbalance::db
