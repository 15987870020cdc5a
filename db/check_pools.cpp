#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "db/bound_statement.h"
#include "db/check_rules.h"
#include "db/edits_addresses.h"
#include "db/pools.h"

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
   WHERE n.domain_id IS NOT z.domain_id OR d.id IS NULL)";

constexpr std::string_view host_zones = R"(
  SELECT 'mail_servers ' || s.name,
         'its domain_id is ' || quote(s.domain_id) || ', but ' || coalesce('the zone that holds the name is ' || d.name, 'no zone here holds the name'),
         'UPDATE mail_servers SET domain_id = ' || quote(z.domain_id) || ' WHERE name = ' || quote(s.name)
    FROM mail_servers s JOIN mail_server_zones z ON z.name = s.name LEFT JOIN domains d ON d.id = z.domain_id
   WHERE s.domain_id IS NOT z.domain_id)";

constexpr std::string_view beside_static = R"(
  SELECT 'name ' || p.name, 'the pool ' || p.pool || ' is published there, and a static record ' || r.type || ' ' || r.content || ' stands beside it',
         'mxbalance zone records ' || d.name || ' remove ' || p.name || ' ' || r.type || ', or mxbalance pool unpublish '
           || p.pool || ' ' || p.name || ' --as ' || p.kind
    FROM pool_names p JOIN domains d ON d.id = p.domain_id JOIN records r ON r.name = p.name AND r.domain_id = p.domain_id
   WHERE r.type IN (p.kind, CASE p.kind WHEN 'A' THEN 'AAAA' ELSE p.kind END) AND NOT coalesce(r.disabled, 0)
  UNION ALL
  SELECT 'name ' || s.name, 'it is the host name of a mail server with addresses, and a static record ' || r.type || ' ' || r.content || ' stands beside them',
         'mxbalance zone records ' || d.name || ' remove ' || s.name || ' ' || r.type
    FROM mail_servers s JOIN domains d ON d.id = s.domain_id JOIN records r ON r.name = s.name AND r.domain_id = s.domain_id
   WHERE r.type IN ('A', 'AAAA') AND NOT coalesce(r.disabled, 0)
     AND EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name))";

// A target that resolves by a wildcard, or lies below a zone cut, is none of ours to judge.
constexpr std::string_view mx_targets = R"(
  WITH mx(subject, target) AS (
    SELECT 'name ' || name || ' (MX)',
           lower(rtrim(CASE WHEN instr(trim(content), ' ') > 0 THEN substr(trim(content), instr(trim(content), ' ') + 1) ELSE trim(content) END, '.'))
      FROM records WHERE type = 'MX' AND NOT coalesce(disabled, 0)
    UNION ALL
    SELECT 'pool ' || m.pool || ' (MX)', m.server FROM pool_members m WHERE EXISTS (SELECT 1 FROM pool_names p WHERE p.pool = m.pool AND p.kind = 'MX')),
  unresolved AS (
    SELECT subject, target FROM mx
     WHERE target <> ''
       AND NOT EXISTS (SELECT 1 FROM records r WHERE r.name = mx.target AND r.type IN ('A', 'AAAA', 'CNAME') AND NOT coalesce(r.disabled, 0))
       AND NOT EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = mx.target)
       AND NOT EXISTS (SELECT 1 FROM pool_names p WHERE p.name = mx.target AND p.kind = 'A'))
  SELECT subject, 'its MX target ' || target || ' lies in the zone ' || zone || ', but no address stands there, so no mail arrives',
         'mxbalance zone records ' || zone || ' add ' || target || ' A ADDRESS, or mxbalance server set ' || target || ' --add-address ADDRESS'
    FROM (SELECT subject, target, (
            WITH suffix(name, depth) AS (
              SELECT substr(u.target, position + 1), position FROM name_positions
               WHERE position < length(u.target) AND substr('.' || u.target, position + 1, 1) = '.')
            SELECT CASE kind WHEN 'zone' THEN found END FROM (
              SELECT d.name AS found, depth, 'zone' AS kind FROM suffix JOIN domains d ON d.name = suffix.name
              UNION ALL
              SELECT n.name, depth + 0.5, 'cut' FROM suffix JOIN records n ON n.name = suffix.name AND n.type = 'NS' AND NOT coalesce(n.disabled, 0)
                JOIN domains z ON z.id = n.domain_id AND z.name <> n.name
              UNION ALL
              SELECT w.name, depth - 0.5, 'wildcard' FROM suffix JOIN records w ON w.name = '*.' || suffix.name AND w.type IN ('A', 'AAAA', 'CNAME') WHERE depth > 0
              UNION ALL
              SELECT w.name, depth - 0.5, 'wildcard' FROM suffix JOIN pool_names w ON w.name = '*.' || suffix.name AND w.kind = 'A' WHERE depth > 0)
             ORDER BY depth LIMIT 1) AS zone FROM unresolved u)
   WHERE zone IS NOT NULL)";

// Senders shuffle what they get (RFC 5321 section 5.1), so where all members are answered at once each gets the
// same share.
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

// The store's own pool_rules allow no others; a row can only have been written with them off.
constexpr std::string_view names = R"(
  SELECT 'mail_servers ' || name, 'its name must be in lower case without a trailing dot, or it is not found',
         'UPDATE mail_servers SET name = ' || quote(lower(rtrim(name, '.'))) || ' WHERE name = ' || quote(name)
    FROM mail_servers WHERE name <> lower(rtrim(name, '.'))
  UNION ALL
  SELECT 'pool_names ' || name || ' ' || kind, 'its name must be in lower case without a trailing dot, or it is not found',
         'UPDATE pool_names SET name = ' || quote(lower(rtrim(name, '.'))) || ' WHERE name = ' || quote(name)
    FROM pool_names WHERE name <> lower(rtrim(name, '.'))
  UNION ALL
  SELECT 'pool_names ' || name || ' ' || kind, 'its kind must be MX or A',
         'UPDATE pool_names SET kind = ''A'' WHERE name = ' || quote(name) || ' AND kind = ' || quote(kind)
    FROM pool_names WHERE kind NOT IN ('MX', 'A'))";

constexpr std::array pool_rules = {empty_pools, orphans,  published_zones, host_zones,      beside_static,
                                   mx_targets,  equal_mx, all_addresses,   without_address, names};

/// The rows that the service leaves out of its answers, each once.
void check_rows(Connection& connection, const Report& report) {
  std::vector<RowDefect> defects;
  std::set<std::pair<std::string, std::string>> reported;
  const auto pass_on = [&] {
    for (const auto& defect : defects) {
      if (!reported.emplace(defect.row, defect.problem).second) continue;
      report({defect.row, defect.problem, "correct the row: it is left out of answers until then"});
    }
    defects.clear();
  };
  auto& servers = connection.statement("SELECT name FROM mail_servers");
  while (servers.executeStep()) {
    (void)read_mail_server(connection, servers.getColumn(0).getString(), defects);
    pass_on();
  }
  auto& pools = connection.statement("SELECT name FROM pools");
  while (pools.executeStep()) {
    (void)read_pool(connection, pools.getColumn(0).getString(), defects);
    pass_on();
  }
}

/// The CHECK on addresses lets an IPv6 address be spelled in many ways.
void check_spellings(Connection& connection, const Report& report) {
  struct Seen {
    std::string server;
    std::string address;
  };
  std::map<std::string, Seen> seen;
  auto& rows = connection.statement(
      "SELECT server, address FROM mail_addresses WHERE address GLOB '*:*' ORDER BY server, address");
  while (rows.executeStep()) {
    const Seen row{rows.getColumn(0).getString(), rows.getColumn(1).getString()};
    const auto shortest = canonical_address(row.address);
    if (!shortest) continue;
    const auto [first, is_new] = seen.emplace(*shortest, row);
    if (is_new || first->second.address == row.address) continue;
    report({"mail_addresses " + row.server + " " + row.address,
            "it is " + first->second.address + " of " + first->second.server + " in another spelling",
            "DELETE FROM mail_addresses WHERE server = '" + row.server + "' AND address = '" + row.address + "'"});
  }
}

}  // namespace

void check_pools(Connection& connection, const Report& report) {
  check_with(connection, pool_rules, report);
  check_rows(connection, report);
  check_spellings(connection, report);
}

}  // namespace mxbalance::db
