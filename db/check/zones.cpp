#include <array>

#include "db/check/rules.h"

namespace mxbalance::db {

namespace {

// An SOA record with a misspelled name, and a zone with a misspelled name, have findings of their own.
constexpr std::string_view no_soa = R"(
  SELECT 'zone ' || name,
         CASE WHEN misspelled IS NULL THEN 'it has no SOA record, so its names answer an error (SERVFAIL)'
              ELSE 'its SOA record is not found, as its name is wrong (records.id ' || misspelled || '), so the zone''s names answer'
                || ' an error (SERVFAIL)' END,
         CASE WHEN misspelled IS NOT NULL THEN 'UPDATE records SET name = ' || quote(lower(name)) || ' WHERE id = ' || misspelled
              WHEN upper(type) = 'SLAVE' THEN 'have it transferred from its primary, or remove it: mxbalance zone remove ' || name
              ELSE 'add one: mxbalance zone records ' || name || ' add ' || name || ' SOA "ns1.' || name || ' hostmaster.' || name
                || ' 1 10800 3600 604800 300"' END
    FROM (SELECT d.name, d.type, lower(rtrim(CAST(d.name AS TEXT), '.')) <> d.name AS is_misspelled,
                 (SELECT min(r.id) FROM records r
                   WHERE r.domain_id = d.id AND canonical_type(r.type) = 'SOA' AND r.disabled = 0
                     AND lower(rtrim(CAST(r.name AS TEXT), '.')) = lower(rtrim(CAST(d.name AS TEXT), '.'))) AS misspelled
            FROM domains d
           WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name)
                                AND canonical_type(r.type) = 'SOA' AND r.disabled = 0))
   WHERE misspelled IS NULL OR NOT is_misspelled)";

constexpr std::string_view several_soa = R"(
  SELECT 'zone ' || name, 'it has ' || soa || ' SOA records, and PowerDNS takes any one of them',
         'remove all but one: mxbalance zone records ' || name || ' remove ' || name || ' SOA CONTENT'
    FROM (SELECT name, (SELECT count(*) FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name) AND canonical_type(r.type) = 'SOA'
                           AND r.disabled = 0) AS soa FROM domains d)
   WHERE soa > 1)";

constexpr std::string_view no_ns = R"(
  SELECT 'zone ' || name, 'it has no NS record', 'add one: mxbalance zone records ' || name || ' add ' || name || ' NS NAME'
    FROM domains d
   WHERE upper(type) <> 'SLAVE'
     AND NOT EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name) AND canonical_type(r.type) = 'NS'
                        AND r.disabled = 0)
     AND NOT EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND canonical_type(r.type) = 'NS' AND r.disabled = 0
                        AND lower(rtrim(CAST(r.name AS TEXT), '.')) = lower(rtrim(CAST(d.name AS TEXT), '.'))))";

constexpr std::string_view no_primary = R"(
  SELECT 'zone ' || name, 'it is a secondary zone and has no primary, so it is never transferred',
         'mxbalance zone set ' || name || ' --primary ADDRESS'
    FROM domains WHERE upper(type) = 'SLAVE' AND trim(coalesce(master, '')) = '')";

// The sixth field of an SOA record's content (RFC 1035 section 3.3.13).
constexpr std::string_view expired = R"(
  SELECT 'zone ' || name, 'its primary has last been reached at ' || coalesce(datetime(last_check, 'unixepoch') || ' UTC', quote(last_check)) || ', longer ago than its SOA record''s expiry of '
         || expiry || ' seconds; PowerDNS goes on answering from it', 'find out why: pdns_control retrieve ' || name
    FROM (SELECT name, last_check, CASE WHEN json_valid(fields) THEN CAST(json_extract(fields, '$[5]') AS INTEGER) END AS expiry
            FROM (SELECT i.name, i.last_check, '["' || replace(replace(i.soa, char(9), ' '), ' ', '","') || '"]' AS fields
                    FROM zone_infos i WHERE upper(i.type) = 'SLAVE' AND CAST(i.last_check AS INTEGER) > 0))
   WHERE expiry > 0 AND last_check + expiry < CAST(strftime('%s', 'now') AS INTEGER))";

constexpr std::string_view zone_names = R"(
  SELECT 'zone ' || name, CASE typeof(name) WHEN 'blob' THEN 'its name is stored as a BLOB: it must be text, or it is not found'
              ELSE 'its name must be in lower case without a trailing dot, or it is not found' END,
         'UPDATE domains SET name = ' || quote(lower(rtrim(CAST(name AS TEXT), '.'))) || ' WHERE id = ' || id
    FROM domains WHERE name <> '.' AND (name COLLATE BINARY <> lower(rtrim(name, '.')) OR typeof(name) = 'blob'))";

constexpr std::string_view record_names = R"(
  SELECT 'records.id ' || id || ' (' || name || ' ' || coalesce(type, '') || ')',
         CASE typeof(name) WHEN 'blob' THEN 'its name is stored as a BLOB: it must be text, or it is not found'
              ELSE 'its name must be in lower case without a trailing dot, or it is not found' END,
         'UPDATE records SET name = ' || quote(lower(rtrim(CAST(name AS TEXT), '.'))) || ' WHERE id = ' || id
    FROM records WHERE name <> '.' AND (name <> lower(rtrim(name, '.')) OR typeof(name) = 'blob'))";

constexpr std::string_view record_types = R"(
  SELECT 'records.id ' || id || ' (' || name || ' ' || type || ')',
         CASE typeof(type) WHEN 'blob' THEN 'its type is stored as a BLOB: it must be text' ELSE 'its type must be written ' || canonical_type(type) || ': the store''s own rules do not know it as it is' END,
         'UPDATE records SET type = ' || quote(canonical_type(type)) || ' WHERE id = ' || id
    FROM records WHERE type <> canonical_type(type))";

constexpr std::string_view record_switches = R"(
  SELECT 'records.id ' || id || ' (' || name || ' ' || type || ')',
         'its disabled is ' || quote(disabled) || ': 0 or 1 are allowed, and only what has 0 is served',
         'UPDATE records SET disabled = 1 WHERE id = ' || id || ', or 0 if it is to be served'
    FROM records WHERE type <> '' AND disabled IS NOT 0 AND disabled IS NOT 1)";

constexpr std::string_view outside_zone = R"(
  SELECT 'records.id ' || r.id || ' (' || r.name || ' ' || coalesce(r.type, '') || ')',
         'its name lies outside its zone ' || d.name || ', so it is never answered',
         'move it to the zone that holds the name, or delete it: DELETE FROM records WHERE id = ' || r.id
    FROM records r JOIN domains d ON d.id = r.domain_id
   WHERE rtrim(d.name, '.') <> ''
     AND substr('.' || lower(rtrim(r.name, '.')), -length(rtrim(d.name, '.')) - 1) <> '.' || lower(rtrim(d.name, '.')))";

constexpr std::string_view nameless = R"(
  SELECT 'records.id ' || id, 'it has no name', 'DELETE FROM records WHERE id = ' || id FROM records WHERE name IS NULL)";

constexpr std::string_view cname_beside_others = R"(
  SELECT 'name ' || name, 'a CNAME record stands beside ' || group_concat(other, ', ') || ', and nothing may (RFC 1034 section 3.6.2)',
         coalesce((SELECT CASE upper(d.type) WHEN 'SLAVE' THEN 'change it at the zone''s primary: ' || found.name || ' CNAME'
                                             ELSE 'remove one or the other, such as: mxbalance zone records ' || d.name
                                                  || ' remove ' || found.name || ' CNAME' END
                     FROM domains d WHERE d.id = domain_id), 'remove one or the other')
    FROM (SELECT DISTINCT c.domain_id, c.name, o.other
            FROM (SELECT DISTINCT domain_id, name FROM records WHERE canonical_type(type) = 'CNAME' AND disabled = 0) c
            JOIN (SELECT domain_id, name, 'another CNAME' AS other FROM records WHERE canonical_type(type) = 'CNAME' AND disabled = 0
                   GROUP BY domain_id, name HAVING count(*) > 1) o ON o.name = c.name AND o.domain_id IS c.domain_id
          UNION
          SELECT c.domain_id, c.name, 'a record of type ' || o.type
            FROM records c JOIN records o ON o.name = c.name AND o.domain_id = c.domain_id
           WHERE canonical_type(c.type) = 'CNAME' AND c.disabled = 0 AND o.disabled = 0
             AND canonical_type(o.type) NOT IN ('', 'CNAME', 'RRSIG', 'NSEC', 'NSEC3', 'KEY')
          UNION
          SELECT c.domain_id, c.name, 'the pool ' || p.pool || ' (' || p.kind || ')'
            FROM pool_names p JOIN records c ON c.name = p.name AND c.domain_id = p.domain_id
           WHERE canonical_type(c.type) = 'CNAME' AND c.disabled = 0
          UNION
          SELECT c.domain_id, c.name, 'the addresses of the mail server'
            FROM mail_addresses a JOIN mail_servers s ON s.name = a.server
            JOIN records c ON c.name = s.name AND c.domain_id = s.domain_id
           WHERE canonical_type(c.type) = 'CNAME' AND c.disabled = 0) AS found
   GROUP BY domain_id, name)";

// The remedy removes the disabled row, because the other one is answered.
constexpr std::string_view cname_beside_disabled = R"(
  SELECT DISTINCT 'name ' || c.name,
         CASE WHEN c.disabled IS NOT 0 THEN 'a disabled CNAME record stands beside a record of type ' || o.type
              ELSE 'a CNAME record stands beside a disabled record of type ' || o.type END
         || ': enabled, the two would contradict each other (RFC 1034 section 3.6.2),'
         || ' and PowerDNS''s tools do not show what is disabled',
         'remove what is disabled: mxbalance zone records ' || d.name || ' remove ' || c.name || ' '
         || CASE WHEN c.disabled IS NOT 0 THEN 'CNAME' ELSE o.type END
    FROM records c JOIN records o ON o.name = c.name AND o.domain_id = c.domain_id JOIN domains d ON d.id = c.domain_id
   WHERE canonical_type(c.type) = 'CNAME' AND canonical_type(o.type) NOT IN ('', 'CNAME', 'RRSIG', 'NSEC', 'NSEC3', 'KEY')
     AND (c.disabled IS NOT 0) <> (o.disabled IS NOT 0))";

constexpr std::string_view orphaned_records = R"(
  SELECT 'records', count(*) || ' of its rows have the domain_id ' || quote(domain_id) || ', which is no zone: they are never answered',
         'DELETE FROM records WHERE domain_id IS ' || quote(domain_id)
    FROM records r WHERE NOT EXISTS (SELECT 1 FROM domains d WHERE d.id = r.domain_id) GROUP BY domain_id)";

constexpr std::string_view orphaned_details = R"(
  SELECT part, count(*) || ' of its rows have the domain_id ' || quote(domain_id) || ', which is no zone',
         'DELETE FROM ' || part || ' WHERE domain_id IS ' || quote(domain_id)
    FROM (SELECT 'comments' AS part, domain_id FROM comments UNION ALL
          SELECT 'domainmetadata', domain_id FROM domainmetadata UNION ALL
          SELECT 'cryptokeys', domain_id FROM cryptokeys) r
   WHERE NOT EXISTS (SELECT 1 FROM domains d WHERE d.id = r.domain_id) GROUP BY part, domain_id)";

constexpr std::string_view published_in_presigned = R"(
  SELECT 'zone ' || d.name, 'it came with its own signatures (PRESIGNED), and there is none for what is published at ' || n.name,
         'mxbalance pool unpublish ' || n.pool || ' ' || n.name || ' --as ' || n.kind
    FROM domainmetadata m JOIN domains d ON d.id = m.domain_id JOIN pool_names n ON n.domain_id = d.id
   WHERE m.kind = 'PRESIGNED' AND m.content = '1')";

constexpr std::string_view kinds = R"(
  SELECT 'zone ' || name, 'its kind is ' || quote(type) || ': it must be NATIVE, MASTER or SLAVE',
         'mxbalance zone set ' || name || ' --kind ' ||
           CASE upper(type) WHEN 'PRIMARY' THEN 'MASTER' WHEN 'SECONDARY' THEN 'SLAVE' ELSE 'NATIVE' END
    FROM domains WHERE upper(type) NOT IN ('NATIVE', 'MASTER', 'SLAVE', 'PRODUCER', 'CONSUMER'))";

constexpr std::string_view catalogs = R"(
  SELECT 'zone ' || name,
         'it is a catalog zone, but PowerDNS cannot ' || CASE upper(type)
           WHEN 'PRODUCER' THEN 'ask a remote backend for its member zones (here '
             || (SELECT count(*) FROM domains m WHERE m.catalog = lower(d.name)) || '), so secondaries never learn of them'
           ELSE 'tell a remote backend of its member zones, so they are never added here' END,
         CASE upper(type) WHEN 'PRODUCER' THEN 'add the zones at the secondaries by other means, and '
           ELSE 'add the zones with mxbalance zone add ZONE --secondary-of ADDRESS, and ' END
           || 'mxbalance zone set ' || name || ' --kind NATIVE, or mxbalance zone remove ' || name
    FROM domains d WHERE upper(type) IN ('PRODUCER', 'CONSUMER'))";

constexpr std::array zone_rules = {no_soa,
                                   several_soa,
                                   no_ns,
                                   no_primary,
                                   expired,
                                   zone_names,
                                   record_names,
                                   record_types,
                                   record_switches,
                                   nameless,
                                   outside_zone,
                                   cname_beside_others,
                                   cname_beside_disabled,
                                   orphaned_records,
                                   orphaned_details,
                                   published_in_presigned,
                                   kinds,
                                   catalogs};

}  // namespace

void check_zones(Connection& connection, const Report& report) {
  check_with(connection, zone_rules, report);
}

}  // namespace mxbalance::db
