#include "db/lookup/pools.h"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "db/check/rules.h"
#include "db/edits/probe_targets.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

constexpr std::string_view empty_pools = R"(
  WITH published AS (SELECT DISTINCT pool, kind FROM pool_names),
       member AS (SELECT m.pool, s.state, EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name) AS has_address
                    FROM pool_members m JOIN mail_servers s ON s.name = m.server)
  SELECT 'pool ' || pool,
         CASE WHEN NOT EXISTS (SELECT 1 FROM member m WHERE m.pool = p.pool) THEN 'it is published and has no member'
              WHEN NOT EXISTS (SELECT 1 FROM member m WHERE m.pool = p.pool AND m.state = 'enabled')
                THEN 'it is published and none of its members is enabled'
              ELSE 'it is published as A and none of its enabled members has an address' END,
         'give it one: mxbalance pool join ' || pool || ' SERVER, or mxbalance server enable SERVER'
    FROM published p
   WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.pool = p.pool AND m.state = 'enabled' AND (p.kind = 'MX' OR m.has_address))
   GROUP BY 1, 2)";

constexpr std::string_view orphans = R"(
  SELECT 'mail_addresses ' || server || ' ' || address, 'there is no mail server ' || server,
         'DELETE FROM mail_addresses WHERE server = ' || quote(server)
    FROM mail_addresses a WHERE NOT EXISTS (SELECT 1 FROM mail_servers s WHERE s.name = a.server)
  UNION ALL
  SELECT 'pool_members ' || pool || '/' || server, 'there is no mail server ' || server,
         'DELETE FROM pool_members WHERE pool = ' || quote(pool) || ' AND server = ' || quote(server)
    FROM pool_members m WHERE NOT EXISTS (SELECT 1 FROM mail_servers s WHERE s.name = m.server)
  UNION ALL
  SELECT 'pool_members ' || pool || '/' || server, 'there is no pool ' || pool,
         'DELETE FROM pool_members WHERE pool = ' || quote(pool) || ' AND server = ' || quote(server)
    FROM pool_members m WHERE NOT EXISTS (SELECT 1 FROM pools p WHERE p.name = m.pool)
  UNION ALL
  SELECT 'pool_names ' || name || ' ' || kind, 'there is no pool ' || pool,
         'DELETE FROM pool_names WHERE name = ' || quote(name) || ' AND kind = ' || quote(kind)
    FROM pool_names n WHERE NOT EXISTS (SELECT 1 FROM pools p WHERE p.name = n.pool))";

constexpr std::string_view published_zones = R"(
  SELECT 'pool_names ' || n.name || ' ' || n.kind,
         CASE WHEN d.id IS NULL THEN 'no zone here holds the name, so the pool ' || n.pool || ' is not answered there'
              ELSE 'its domain_id is ' || quote(n.domain_id) || ', but the zone that holds the name is ' || d.name END,
         CASE WHEN d.id IS NULL THEN 'add the zone: mxbalance zone add ' || n.name || ' --ns NAME'
              ELSE 'UPDATE pool_names SET domain_id = ' || d.id || ' WHERE name = ' || quote(n.name) END
    FROM pool_names n JOIN pool_name_zones z ON z.name = n.name AND z.kind = n.kind LEFT JOIN domains d ON d.id = z.domain_id
   WHERE (n.domain_id IS NOT z.domain_id OR d.id IS NULL) AND typeof(n.name) <> 'blob')";

constexpr std::string_view host_zones = R"(
  SELECT 'mail_servers ' || s.name,
         'its domain_id is ' || quote(s.domain_id) || ', but ' || coalesce('the zone that holds the name is ' || d.name, 'no zone here holds the name'),
         'UPDATE mail_servers SET domain_id = ' || quote(z.domain_id) || ' WHERE name = ' || quote(s.name)
    FROM mail_servers s JOIN mail_server_zones z ON z.name = s.name LEFT JOIN domains d ON d.id = z.domain_id
   WHERE s.domain_id IS NOT z.domain_id)";

// In a secondary zone, each transfer writes the record again.
constexpr std::string_view beside_static = R"(
  WITH beside (name, zone, kind, who, whom, type, content, way_out) AS (
    SELECT p.name, d.name, d.type, 'the pool ' || p.pool || ' is published there', 'it', r.type, r.content,
           'mxbalance pool unpublish ' || p.pool || ' ' || p.name || ' --as ' || p.kind
      FROM pool_names p JOIN domains d ON d.id = p.domain_id JOIN records r ON r.name = p.name AND r.domain_id = p.domain_id
     WHERE canonical_type(r.type) IN (p.kind, CASE p.kind WHEN 'A' THEN 'AAAA' ELSE p.kind END) AND r.disabled = 0
    UNION ALL
    SELECT s.name, d.name, d.type, 'it is the host name of a mail server with addresses', 'them', r.type, r.content,
           'mxbalance server remove ' || s.name
      FROM mail_servers s JOIN domains d ON d.id = s.domain_id JOIN records r ON r.name = s.name AND r.domain_id = s.domain_id
     WHERE canonical_type(r.type) IN ('A', 'AAAA') AND r.disabled = 0
       AND EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name))
  SELECT 'name ' || name,
         who || ', and ' || CASE upper(kind) WHEN 'SLAVE' THEN 'the record ' ELSE 'a static record ' END || type || ' ' || content
           || CASE upper(kind) WHEN 'SLAVE' THEN ' of the zone''s primary' ELSE '' END || ' stands beside ' || whom,
         CASE upper(kind)
           WHEN 'SLAVE' THEN 'have it removed at the primary of ' || zone || ', or answer it: ' || way_out
           ELSE 'mxbalance zone records ' || zone || ' remove ' || name || ' ' || type || ', or ' || way_out END
    FROM beside)";

// Senders choose at random among equal MX records (RFC 5321 section 5.1). If all members are in one answer, each
// gets the same share.
constexpr std::string_view equal_mx = R"(
  SELECT 'pool ' || pool,
         'mx_policy equal gives every member of a tier the same share, so the weights of preference ' || preference || ' are not met: '
           || group_concat(server || ' ' || weight, ', '),
         'mxbalance pool set ' || pool || ' --mx-policy auto, or give them the same weight'
    FROM (SELECT m.pool, m.preference, m.server, coalesce(m.weight, s.weight) AS weight
            FROM pools p JOIN pool_members m ON m.pool = p.name JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
           WHERE p.mx_policy = 'equal' AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name AND n.kind = 'MX'))
   WHERE weight > 0 GROUP BY pool, preference HAVING min(weight) <> max(weight))";

constexpr std::string_view all_addresses = R"(
  SELECT 'pool ' || pool,
         'address_policy all gives every ' || family || ' address the same share, so the weights of preference ' || preference || ' are not met: '
           || group_concat(server || ' ' || weight || CASE WHEN addresses > 1 THEN ' (' || addresses || ' addresses)' ELSE '' END, ', '),
         'mxbalance pool set ' || pool || ' --address-policy auto, or make the weights follow the number of addresses'
    FROM (SELECT m.pool, m.preference, m.server, coalesce(m.weight, s.weight) AS weight,
                 CASE WHEN a.address GLOB '*:*' THEN 'IPv6' ELSE 'IPv4' END AS family, count(*) AS addresses
            FROM pools p JOIN pool_members m ON m.pool = p.name JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
            JOIN mail_addresses a ON a.server = m.server
           WHERE p.address_policy = 'all' AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name AND n.kind = 'A')
           GROUP BY m.pool, m.preference, m.server, family)
   WHERE weight > 0 GROUP BY pool, preference, family HAVING min(1.0 * weight / addresses) <> max(1.0 * weight / addresses))";

constexpr std::string_view without_address = R"(
  SELECT 'pool ' || m.pool, 'its member ' || s.name || ' has no address, so its weight is not met where the pool is published as A',
         'mxbalance server set ' || s.name || ' --add-address ADDRESS'
    FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
   WHERE coalesce(m.weight, s.weight) > 0 AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = m.pool AND n.kind = 'A')
     AND NOT EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name))";

// A pool that has nothing to answer with yet is still being set up.
constexpr std::string_view nowhere = R"(
  SELECT 'pool ' || p.name,
         'it has members, but is published nowhere: what it was published at may have gone with its zone',
         'mxbalance pool publish ' || p.name || ' NAME --as MX, or mxbalance pool remove ' || p.name
    FROM pools p
   WHERE NOT EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name)
     AND EXISTS (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
                  WHERE m.pool = p.name))";

// A sender asks for both address families and uses the one that it prefers, from any member. In first_tiers, min()
// selects the row from which the other columns come.
constexpr std::string_view families = R"(
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
  SELECT 'pool ' || t.pool,
         CASE WHEN t.differ THEN 'it is published as A, and its members of preference ' || t.preference
                || ' differ in address families, so each family alone has its shares: ' || t.servers
              ELSE 'it is published as A, and its members of preference ' || t.preference
                || ' have an address family that those of preference ' || f.preference
                || ' lack, so they get that family''s mail though they are a backup: ' || t.servers END,
         'give its members addresses of the same families, or publish it as MX'
    FROM tiers t JOIN first_tiers f ON f.pool = t.pool
   WHERE t.differ OR t.ipv4 > f.ipv4 OR t.ipv6 > f.ipv6)";

// The store's own pool_rules refuse other values, so such a row was written with the rules off.
constexpr std::string_view names = R"(
  SELECT 'mail_servers ' || name, CASE typeof(name) WHEN 'blob' THEN 'its name is stored as a BLOB: it must be text, or it is not found'
              ELSE 'its name must be in lower case without a trailing dot, or it is not found' END,
         'UPDATE mail_servers SET name = ' || quote(lower(rtrim(CAST(name AS TEXT), '.'))) || ' WHERE name = ' || quote(name)
    FROM mail_servers WHERE name <> lower(rtrim(name, '.'))
  UNION ALL
  SELECT 'pool_names ' || CASE typeof(name) WHEN 'blob' THEN quote(name) ELSE name END || ' ' || kind,
         CASE typeof(name) WHEN 'blob' THEN 'its name is stored as a BLOB: it must be text, or it is not found'
              ELSE 'its name must be in lower case without a trailing dot, or it is not found' END,
         CASE typeof(name) WHEN 'blob' THEN 'DELETE FROM pool_names WHERE name = ' || quote(name) || ', and publish the pool again'
              ELSE 'UPDATE pool_names SET name = ' || quote(lower(rtrim(name, '.'))) || ' WHERE name = ' || quote(name) END
    FROM pool_names WHERE name <> lower(rtrim(name, '.')) OR typeof(name) = 'blob'
  UNION ALL
  SELECT 'pool_names ' || name || ' ' || kind, 'its kind must be MX or A',
         'UPDATE pool_names SET kind = ''A'' WHERE name = ' || quote(name) || ' AND kind = ' || quote(kind)
    FROM pool_names WHERE kind NOT IN ('MX', 'A'))";

// For a name below it, PowerDNS may answer the records there. But resolvers that know the DNAME record use its
// target instead (RFC 6672 section 3.2).
constexpr std::string_view below_dname = R"(
  SELECT 'pool_names ' || n.name || ' ' || n.kind,
         'it lies below the DNAME record at ' || r.name || ': resolvers that know that record go on to names below ' || r.content
           || ', and never ask for the pool ' || n.pool || ' there',
         'mxbalance pool unpublish ' || n.pool || ' ' || n.name || ' --as ' || n.kind || ', or mxbalance zone records ' || d.name
           || ' remove ' || r.name || ' DNAME'
    FROM records r CROSS JOIN pool_names n ON n.domain_id = r.domain_id JOIN domains d ON d.id = r.domain_id
   WHERE canonical_type(r.type) = 'DNAME' AND r.disabled = 0
     AND substr(n.name, -length(r.name) - 1) = '.' || lower(r.name))";

constexpr std::array pool_rules = {empty_pools,   orphans,  published_zones, host_zones,
                                   beside_static, equal_mx, all_addresses,   without_address,
                                   nowhere,       families, names,           below_dname};

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
    report({"pool_names " + name + " " + kind,
            "it lies in what NS records at " + *cut + " delegate to other name servers, so the pool " + pool +
                " is not answered there",
            "mxbalance pool unpublish " + pool + " " + name + " --as " + kind + ", or mxbalance zone records " +
                zone.name + " remove " + *cut + " NS"});
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
