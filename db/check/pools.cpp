#include "db/lookup/pools.h"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/check/rules.h"
#include "db/edits/probe_targets.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

std::string pool_of(const RuleRow& row) {
  return "pool " + row["pool"];
}

std::string published_of(const RuleRow& row) {
  return fmt::format("pool_names {} {}", row["name"], row["kind"]);
}

constexpr Rule empty_pools = {
    R"(
  WITH published AS (SELECT DISTINCT pool, kind FROM pool_names),
       member AS (SELECT m.pool, s.state, EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name) AS has_address
                    FROM pool_members m JOIN mail_servers s ON s.name = m.server)
  SELECT pool,
         CASE WHEN NOT EXISTS (SELECT 1 FROM member m WHERE m.pool = p.pool) THEN 'it is published and has no member'
              WHEN NOT EXISTS (SELECT 1 FROM member m WHERE m.pool = p.pool AND m.state = 'enabled')
                THEN 'it is published and none of its members is enabled'
              ELSE 'it is published as A and none of its enabled members has an address' END AS problem
    FROM published p
   WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.pool = p.pool AND m.state = 'enabled' AND (p.kind = 'MX' OR m.has_address))
   GROUP BY 1, 2)",
    [](const RuleRow& row) -> Finding {
      return {pool_of(row), row["problem"],
              fmt::format("give it one: {}, or {}", advice::join_pool(row["pool"], "SERVER"),
                          advice::enable_server("SERVER"))};
    }};

constexpr Rule addresses_of_nobody = {
    R"(
  SELECT server, address, quote(server) AS quoted_server
    FROM mail_addresses a WHERE NOT EXISTS (SELECT 1 FROM mail_servers s WHERE s.name = a.server))",
    [](const RuleRow& row) -> Finding {
      return {fmt::format("mail_addresses {} {}", row["server"], row["address"]),
              "there is no mail server " + row["server"],
              "DELETE FROM mail_addresses WHERE server = " + row["quoted_server"]};
    }};

constexpr Rule members_that_are_missing = {
    R"(
  SELECT pool, server, 'mail server ' || server AS missing, quote(pool) AS quoted_pool, quote(server) AS quoted_server
    FROM pool_members m WHERE NOT EXISTS (SELECT 1 FROM mail_servers s WHERE s.name = m.server)
  UNION ALL
  SELECT pool, server, 'pool ' || pool, quote(pool), quote(server)
    FROM pool_members m WHERE NOT EXISTS (SELECT 1 FROM pools p WHERE p.name = m.pool))",
    [](const RuleRow& row) -> Finding {
      return {fmt::format("pool_members {}/{}", row["pool"], row["server"]), "there is no " + row["missing"],
              fmt::format("DELETE FROM pool_members WHERE pool = {} AND server = {}", row["quoted_pool"],
                          row["quoted_server"])};
    }};

constexpr Rule published_without_pool = {
    R"(
  SELECT name, kind, pool, quote(name) AS quoted_name, quote(kind) AS quoted_kind
    FROM pool_names n WHERE NOT EXISTS (SELECT 1 FROM pools p WHERE p.name = n.pool))",
    [](const RuleRow& row) -> Finding {
      return {published_of(row), "there is no pool " + row["pool"],
              fmt::format("DELETE FROM pool_names WHERE name = {} AND kind = {}", row["quoted_name"],
                          row["quoted_kind"])};
    }};

constexpr Rule published_zones = {
    R"(
  SELECT n.name AS name, n.kind AS kind, n.pool AS pool, quote(n.domain_id) AS domain_id, quote(n.name) AS quoted_name,
         d.id AS right_id, d.name AS zone
    FROM pool_names n JOIN pool_name_zones z ON z.name = n.name AND z.kind = n.kind LEFT JOIN domains d ON d.id = z.domain_id
   WHERE (n.domain_id IS NOT z.domain_id OR d.id IS NULL) AND typeof(n.name) <> 'blob')",
    [](const RuleRow& row) -> Finding {
      if (!row.has("right_id")) {
        return {published_of(row),
                fmt::format("no zone here holds the name, so the pool {} is not answered there", row["pool"]),
                "add the zone: " + advice::add_zone(row["name"])};
      }
      return {published_of(row),
              fmt::format("its domain_id is {}, but the zone that holds the name is {}", row["domain_id"],
                          row["zone"]),
              fmt::format("UPDATE pool_names SET domain_id = {} WHERE name = {}", row["right_id"],
                          row["quoted_name"])};
    }};

constexpr Rule host_zones = {
    R"(
  SELECT s.name AS name, quote(s.domain_id) AS domain_id, quote(s.name) AS quoted_name,
         quote(z.domain_id) AS right_id, d.name AS zone
    FROM mail_servers s JOIN mail_server_zones z ON z.name = s.name LEFT JOIN domains d ON d.id = z.domain_id
   WHERE s.domain_id IS NOT z.domain_id)",
    [](const RuleRow& row) -> Finding {
      return {"mail_servers " + row["name"],
              fmt::format("its domain_id is {}, but {}", row["domain_id"],
                          row.has("zone") ? "the zone that holds the name is " + row["zone"]
                                          : "no zone here holds the name"),
              fmt::format("UPDATE mail_servers SET domain_id = {} WHERE name = {}", row["right_id"],
                          row["quoted_name"])};
    }};

/// A static record beside what is answered in its place. In a secondary zone, each transfer writes the record
/// again.
Finding beside_static(const RuleRow& row, std::string_view who, std::string_view whom,
                      const std::string& way_out) {
  const std::string record = row["type"] + " " + row["content"];
  if (row.is("is_secondary")) {
    return {"name " + row["name"],
            fmt::format("{}, and the record {} of the zone's primary stands beside {}", who, record, whom),
            fmt::format("have it removed at the primary of {}, or answer it: {}", row["zone"], way_out)};
  }
  return {"name " + row["name"], fmt::format("{}, and a static record {} stands beside {}", who, record, whom),
          fmt::format("{}, or {}", advice::remove_records(row["zone"], row["name"], row["type"]), way_out)};
}

constexpr Rule pool_beside_static = {
    R"(
  SELECT p.name AS name, d.name AS zone, upper(d.type) = 'SLAVE' AS is_secondary, r.type AS type, r.content AS content,
         p.pool AS pool, p.kind AS kind
    FROM pool_names p JOIN domains d ON d.id = p.domain_id JOIN records r ON r.name = p.name AND r.domain_id = p.domain_id
   WHERE canonical_type(r.type) IN (p.kind, CASE p.kind WHEN 'A' THEN 'AAAA' ELSE p.kind END) AND r.disabled = 0)",
    [](const RuleRow& row) -> Finding {
      return beside_static(row, fmt::format("the pool {} is published there", row["pool"]), "it",
                           advice::unpublish_pool(row["pool"], row["name"], row["kind"]));
    }};

constexpr Rule host_beside_static = {
    R"(
  SELECT s.name AS name, d.name AS zone, upper(d.type) = 'SLAVE' AS is_secondary, r.type AS type, r.content AS content
    FROM mail_servers s JOIN domains d ON d.id = s.domain_id JOIN records r ON r.name = s.name AND r.domain_id = s.domain_id
   WHERE canonical_type(r.type) IN ('A', 'AAAA') AND r.disabled = 0
     AND EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name))",
    [](const RuleRow& row) -> Finding {
      return beside_static(row, "it is the host name of a mail server with addresses", "them",
                           advice::remove_server(row["name"]));
    }};

// Senders choose at random among equal MX records (RFC 5321 section 5.1). If all members are in one answer, each
// gets the same share.
constexpr Rule equal_mx = {
    R"(
  SELECT pool, preference, group_concat(server || ' ' || weight, ', ') AS weights
    FROM (SELECT m.pool, m.preference, m.server, coalesce(m.weight, s.weight) AS weight
            FROM pools p JOIN pool_members m ON m.pool = p.name JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
           WHERE p.mx_policy = 'equal' AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name AND n.kind = 'MX'))
   WHERE weight > 0 GROUP BY pool, preference HAVING min(weight) <> max(weight))",
    [](const RuleRow& row) -> Finding {
      return {
          pool_of(row),
          fmt::format("mx_policy equal gives every member of a tier the same share, so the weights of preference "
                      "{} are not met: {}",
                      row["preference"], row["weights"]),
          advice::set_mx_policy_auto(row["pool"]) + ", or give them the same weight"};
    }};

constexpr Rule all_addresses = {
    R"(
  SELECT pool, family, preference,
         group_concat(server || ' ' || weight || CASE WHEN addresses > 1 THEN ' (' || addresses || ' addresses)' ELSE '' END, ', ')
           AS weights
    FROM (SELECT m.pool, m.preference, m.server, coalesce(m.weight, s.weight) AS weight,
                 CASE WHEN a.address GLOB '*:*' THEN 'IPv6' ELSE 'IPv4' END AS family, count(*) AS addresses
            FROM pools p JOIN pool_members m ON m.pool = p.name JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
            JOIN mail_addresses a ON a.server = m.server
           WHERE p.address_policy = 'all' AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name AND n.kind = 'A')
           GROUP BY m.pool, m.preference, m.server, family)
   WHERE weight > 0 GROUP BY pool, preference, family HAVING min(1.0 * weight / addresses) <> max(1.0 * weight / addresses))",
    [](const RuleRow& row) -> Finding {
      return {
          pool_of(row),
          fmt::format("address_policy all gives every {} address the same share, so the weights of preference {} "
                      "are not met: {}",
                      row["family"], row["preference"], row["weights"]),
          advice::set_address_policy_auto(row["pool"]) + ", or make the weights follow the number of addresses"};
    }};

constexpr Rule without_address = {
    R"(
  SELECT m.pool AS pool, s.name AS server
    FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
   WHERE coalesce(m.weight, s.weight) > 0 AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = m.pool AND n.kind = 'A')
     AND NOT EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name))",
    [](const RuleRow& row) -> Finding {
      return {
          pool_of(row),
          fmt::format("its member {} has no address, so its weight is not met where the pool is published as A",
                      row["server"]),
          advice::add_address(row["server"])};
    }};

// A pool that has nothing to answer with yet is still being set up.
constexpr Rule nowhere = {
    R"(
  SELECT p.name AS pool
    FROM pools p
   WHERE NOT EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name)
     AND EXISTS (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
                  WHERE m.pool = p.name))",
    [](const RuleRow& row) -> Finding {
      return {pool_of(row),
              "it has members, but is published nowhere: what it was published at may have gone with its zone",
              fmt::format("{}, or {}", advice::publish_pool(row["pool"], "NAME", "MX"),
                          advice::remove_pool(row["pool"]))};
    }};

// A sender asks for both address families and uses the one that it prefers, from any member. In first_tiers, min()
// selects the row from which the other columns come.
constexpr Rule families = {
    R"(
  WITH members AS (
    SELECT m.pool, m.preference, m.server, max(a.address NOT GLOB '*:*') AS ipv4, max(a.address GLOB '*:*') AS ipv6
      FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
      JOIN mail_addresses a ON a.server = m.server
     WHERE coalesce(m.weight, s.weight) > 0
       AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = m.pool AND n.kind = 'A')
     GROUP BY m.pool, m.preference, m.server),
  tiers AS (
    SELECT pool, preference, max(ipv4) AS ipv4, max(ipv6) AS ipv6,
           min(ipv4) < max(ipv4) OR min(ipv6) < max(ipv6) AS differ,
           group_concat(server || CASE WHEN NOT ipv6 THEN ' (IPv4)' WHEN NOT ipv4 THEN ' (IPv6)' ELSE ' (both)' END, ', ')
             AS servers
      FROM members GROUP BY pool, preference),
  first_tiers AS (SELECT pool, min(preference) AS preference, ipv4, ipv6 FROM tiers GROUP BY pool)
  SELECT t.pool AS pool, t.differ AS differ, t.preference AS preference, f.preference AS first, t.servers AS servers
    FROM tiers t JOIN first_tiers f ON f.pool = t.pool
   WHERE t.differ OR t.ipv4 > f.ipv4 OR t.ipv6 > f.ipv6)",
    [](const RuleRow& row) -> Finding {
      const auto problem =
          row.is("differ")
              ? fmt::format(
                    "it is published as A, and its members of preference {} differ in address families, so "
                    "each family alone has its shares: {}",
                    row["preference"], row["servers"])
              : fmt::format(
                    "it is published as A, and its members of preference {} have an address family that "
                    "those of preference {} lack, so they get that family's mail though they are a backup: "
                    "{}",
                    row["preference"], row["first"], row["servers"]);
      return {pool_of(row), problem, "give its members addresses of the same families, or publish it as MX"};
    }};

// The store's own pool_rules refuse other values, so such a row was written with the rules off.
constexpr Rule server_names = {
    R"(
  SELECT name, typeof(name) = 'blob' AS is_blob, quote(name) AS quoted_name,
         quote(lower(rtrim(CAST(name AS TEXT), '.'))) AS right_name
    FROM mail_servers WHERE name <> lower(rtrim(name, '.')))",
    [](const RuleRow& row) -> Finding {
      return {
          "mail_servers " + row["name"], misspelling(row),
          fmt::format("UPDATE mail_servers SET name = {} WHERE name = {}", row["right_name"], row["quoted_name"])};
    }};

constexpr Rule published_names = {
    R"(
  SELECT CASE typeof(name) WHEN 'blob' THEN quote(name) ELSE name END AS name, kind, typeof(name) = 'blob' AS is_blob,
         quote(name) AS quoted_name, quote(lower(rtrim(name, '.'))) AS right_name
    FROM pool_names WHERE pool_names.name <> lower(rtrim(pool_names.name, '.')) OR typeof(pool_names.name) = 'blob')",
    [](const RuleRow& row) -> Finding {
      return {published_of(row), misspelling(row),
              row.is("is_blob") ? fmt::format("DELETE FROM pool_names WHERE name = {}, and publish the pool again",
                                              row["quoted_name"])
                                : fmt::format("UPDATE pool_names SET name = {} WHERE name = {}", row["right_name"],
                                              row["quoted_name"])};
    }};

constexpr Rule published_kinds = {
    R"(
  SELECT name, kind, quote(name) AS quoted_name, quote(kind) AS quoted_kind
    FROM pool_names WHERE kind NOT IN ('MX', 'A'))",
    [](const RuleRow& row) -> Finding {
      return {published_of(row), "its kind must be MX or A",
              fmt::format("UPDATE pool_names SET kind = 'A' WHERE name = {} AND kind = {}", row["quoted_name"],
                          row["quoted_kind"])};
    }};

// For a name below it, PowerDNS may answer the records there. But resolvers that know the DNAME record use its
// target instead (RFC 6672 section 3.2).
constexpr Rule below_dname = {
    R"(
  SELECT n.name AS name, n.kind AS kind, n.pool AS pool, d.name AS zone, r.name AS dname, r.content AS content
    FROM records r CROSS JOIN pool_names n ON n.domain_id = r.domain_id JOIN domains d ON d.id = r.domain_id
   WHERE canonical_type(r.type) = 'DNAME' AND r.disabled = 0
     AND substr(n.name, -length(r.name) - 1) = '.' || lower(r.name))",
    [](const RuleRow& row) -> Finding {
      return {
          published_of(row),
          fmt::format("it lies below the DNAME record at {}: resolvers that know that record go on to names below "
                      "{}, and never ask for the pool {} there",
                      row["dname"], row["content"], row["pool"]),
          fmt::format("{}, or {}", advice::unpublish_pool(row["pool"], row["name"], row["kind"]),
                      advice::remove_records(row["zone"], row["dname"], "DNAME"))};
    }};

constexpr std::array pool_rules = {
    empty_pools,     addresses_of_nobody, members_that_are_missing, published_without_pool,
    published_zones, host_zones,          pool_beside_static,       host_beside_static,
    equal_mx,        all_addresses,       without_address,          nowhere,
    families,        server_names,        published_names,          published_kinds,
    below_dname};

/// Reports each row that the service leaves out of its answers, once.
void check_rows(Connection& connection, const Report& report) {
  std::vector<RowDefect> defects;
  const auto pass_on = [&] {
    for (const auto& defect : defects)
      report({defect.row, defect.problem, "correct the row: it is left out of answers until then"});
    defects.clear();
  };
  auto& servers = connection.statement("SELECT name FROM mail_servers");
  while (servers.executeStep()) {
    (void)read_mail_server(connection, servers.getColumn(0).getString(), defects);
    pass_on();
  }
  (void)read_probe_targets(connection, {}, [&](const RowDefect& defect) { defects.push_back(defect); });
  pass_on();
  auto& pools = connection.statement("SELECT name FROM pools");
  while (pools.executeStep()) {
    (void)read_pool(connection, pools.getColumn(0).getString(), defects);
    pass_on();
  }
}

/// Reports published names for which other name servers answer.
void check_delegations(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT n.name, n.kind, n.pool, d.id, lower(d.name) FROM pool_names n JOIN domains d ON d.id = n.domain_id");
  while (rows.executeStep()) {
    const std::string name = rows.getColumn(0).getString();
    const std::string kind = rows.getColumn(1).getString();
    const std::string pool = rows.getColumn(2).getString();
    const Zone zone{rows.getColumn(3).getInt64(), rows.getColumn(4).getString()};
    const auto cut = delegation_of(connection, zone, name);
    if (!cut) continue;
    report({fmt::format("pool_names {} {}", name, kind),
            fmt::format("it lies in what NS records at {} delegate to other name servers, so the pool {} is not "
                        "answered there",
                        *cut, pool),
            fmt::format("{}, or {}", advice::unpublish_pool(pool, name, kind),
                        advice::remove_records(zone.name, *cut, "NS"))});
  }
}

}  // namespace

void check_pools(Connection& connection, const Report& report) {
  std::set<std::pair<std::string, std::string>> reported;
  const Report report_once = [&](const Finding& finding) {
    if (reported.emplace(finding.subject, finding.problem).second) report(finding);
  };
  check_with(connection, pool_rules, report_once);
  check_rows(connection, report_once);
  check_delegations(connection, report);
}

}  // namespace mxbalance::db
