#include <array>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/check/rules.h"

namespace mxbalance::db {

namespace {

std::string zone_of(const RuleRow& row) {
  return "zone " + row["name"];
}

/// A record whose type may be empty (NULL).
std::string record_of(const RuleRow& row) {
  return fmt::format("records.id {} ({} {})", row["id"], row["name"], row["type"]);
}

/// A first SOA record for the zone `name`.
std::string add_soa(const std::string& name) {
  const std::string_view below = name == "." ? std::string_view() : std::string_view(name);
  return advice::add_record(name, name, "SOA",
                            fmt::format("ns1.{0} hostmaster.{0} 1 10800 3600 604800 300", below));
}

// An SOA record with a misspelled name, and a zone with a misspelled name, have findings of their own.
constexpr Rule no_soa = {
    R"(
  SELECT name, quote(lower(name)) AS quoted_apex, upper(type) = 'SLAVE' AS is_secondary, misspelled
    FROM (SELECT d.name, d.type, lower(rtrim(CAST(d.name AS TEXT), '.')) <> d.name AS is_misspelled,
                 (SELECT min(r.id) FROM records r
                   WHERE r.domain_id = d.id AND canonical_type(r.type) = 'SOA' AND r.disabled = 0
                     AND lower(rtrim(CAST(r.name AS TEXT), '.')) = lower(rtrim(CAST(d.name AS TEXT), '.'))) AS misspelled
            FROM domains d
           WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name)
                                AND canonical_type(r.type) = 'SOA' AND r.disabled = 0))
   WHERE misspelled IS NULL OR NOT is_misspelled)",
    [](const RuleRow& row) -> Finding {
      if (row.has("misspelled")) {
        return {
            zone_of(row),
            fmt::format("its SOA record is not found, as its name is wrong (records.id {}), so the zone's names "
                        "answer an error (SERVFAIL)",
                        row["misspelled"]),
            fmt::format("UPDATE records SET name = {} WHERE id = {}", row["quoted_apex"], row["misspelled"])};
      }
      return {zone_of(row), "it has no SOA record, so its names answer an error (SERVFAIL)",
              row.is("is_secondary")
                  ? "have it transferred from its primary, or remove it: " + advice::remove_zone(row["name"])
                  : "add one: " + add_soa(row["name"])};
    }};

constexpr Rule several_soa = {
    R"(
  SELECT name, soa
    FROM (SELECT name, (SELECT count(*) FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name) AND canonical_type(r.type) = 'SOA'
                           AND r.disabled = 0) AS soa FROM domains d)
   WHERE soa > 1)",
    [](const RuleRow& row) -> Finding {
      return {zone_of(row), fmt::format("it has {} SOA records, and PowerDNS takes any one of them", row["soa"]),
              "remove all but one: " + advice::remove_one_record(row["name"], row["name"], "SOA")};
    }};

constexpr Rule no_ns = {
    R"(
  SELECT name FROM domains d
   WHERE upper(type) <> 'SLAVE'
     AND NOT EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name) AND canonical_type(r.type) = 'NS'
                        AND r.disabled = 0)
     AND NOT EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND canonical_type(r.type) = 'NS' AND r.disabled = 0
                        AND lower(rtrim(CAST(r.name AS TEXT), '.')) = lower(rtrim(CAST(d.name AS TEXT), '.'))))",
    [](const RuleRow& row) -> Finding {
      return {zone_of(row), "it has no NS record",
              "add one: " + advice::add_record(row["name"], row["name"], "NS", "NAME")};
    }};

constexpr Rule no_primary = {
    "SELECT name FROM domains WHERE upper(type) = 'SLAVE' AND trim(coalesce(master, '')) = ''",
    [](const RuleRow& row) -> Finding {
      return {zone_of(row), "it is a secondary zone and has no primary, so it is never transferred",
              advice::set_primary(row["name"])};
    }};

// The sixth field of an SOA record's content (RFC 1035 section 3.3.13).
constexpr Rule expired = {
    R"(
  SELECT name, expiry, coalesce(datetime(last_check, 'unixepoch') || ' UTC', quote(last_check)) AS reached_at
    FROM (SELECT name, last_check, CASE WHEN json_valid(fields) THEN CAST(json_extract(fields, '$[5]') AS INTEGER) END AS expiry
            FROM (SELECT i.name, i.last_check, '["' || replace(replace(i.soa, char(9), ' '), ' ', '","') || '"]' AS fields
                    FROM zone_infos i WHERE upper(i.type) = 'SLAVE' AND CAST(i.last_check AS INTEGER) > 0))
   WHERE expiry > 0 AND last_check + expiry < CAST(strftime('%s', 'now') AS INTEGER))",
    [](const RuleRow& row) -> Finding {
      return {zone_of(row),
              fmt::format("its primary has last been reached at {}, longer ago than its SOA record's expiry of {} "
                          "seconds; PowerDNS goes on answering from it",
                          row["reached_at"], row["expiry"]),
              "find out why: " + advice::transfer_zone(row["name"])};
    }};

constexpr Rule zone_names = {
    R"(
  SELECT name, typeof(name) = 'blob' AS is_blob, quote(lower(rtrim(CAST(name AS TEXT), '.'))) AS right_name, id
    FROM domains WHERE name <> '.' AND (name COLLATE BINARY <> lower(rtrim(name, '.')) OR typeof(name) = 'blob'))",
    [](const RuleRow& row) -> Finding {
      return {zone_of(row), misspelling(row),
              fmt::format("UPDATE domains SET name = {} WHERE id = {}", row["right_name"], row["id"])};
    }};

constexpr Rule record_names = {
    R"(
  SELECT name, type, typeof(name) = 'blob' AS is_blob, quote(lower(rtrim(CAST(name AS TEXT), '.'))) AS right_name, id
    FROM records WHERE name <> '.' AND (name <> lower(rtrim(name, '.')) OR typeof(name) = 'blob'))",
    [](const RuleRow& row) -> Finding {
      return {record_of(row), misspelling(row),
              fmt::format("UPDATE records SET name = {} WHERE id = {}", row["right_name"], row["id"])};
    }};

constexpr Rule record_types = {
    R"(
  SELECT id, name, type, typeof(type) = 'blob' AS is_blob, canonical_type(type) AS right_type,
         quote(canonical_type(type)) AS quoted_type
    FROM records WHERE type <> canonical_type(type))",
    [](const RuleRow& row) -> Finding {
      return {record_of(row),
              row.is("is_blob")
                  ? "its type is stored as a BLOB: it must be text"
                  : fmt::format("its type must be written {}: the store's own rules do not know it as "
                                "it is",
                                row["right_type"]),
              fmt::format("UPDATE records SET type = {} WHERE id = {}", row["quoted_type"], row["id"])};
    }};

constexpr Rule record_switches = {
    R"(
  SELECT id, name, type, quote(disabled) AS disabled
    FROM records WHERE type <> '' AND disabled IS NOT 0 AND disabled IS NOT 1)",
    [](const RuleRow& row) -> Finding {
      return {
          record_of(row),
          fmt::format("its disabled is {}: 0 or 1 are allowed, and only what has 0 is served", row["disabled"]),
          fmt::format("UPDATE records SET disabled = 1 WHERE id = {}, or 0 if it is to be served", row["id"])};
    }};

constexpr Rule outside_zone = {
    R"(
  SELECT r.id AS id, r.name AS name, r.type AS type, d.name AS zone
    FROM records r JOIN domains d ON d.id = r.domain_id
   WHERE rtrim(d.name, '.') <> ''
     AND substr('.' || lower(rtrim(r.name, '.')), -length(rtrim(d.name, '.')) - 1) <> '.' || lower(rtrim(d.name, '.')))",
    [](const RuleRow& row) -> Finding {
      return {
          record_of(row), fmt::format("its name lies outside its zone {}, so it is never answered", row["zone"]),
          fmt::format("move it to the zone that holds the name, or delete it: DELETE FROM records WHERE id = {}",
                      row["id"])};
    }};

constexpr Rule nameless = {
    "SELECT id FROM records WHERE name IS NULL", [](const RuleRow& row) -> Finding {
      return {"records.id " + row["id"], "it has no name", "DELETE FROM records WHERE id = " + row["id"]};
    }};

constexpr Rule cname_beside_others = {
    R"(
  SELECT found.name AS name, group_concat(other, ', ') AS others, d.name AS zone, upper(d.type) = 'SLAVE' AS is_secondary
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
    LEFT JOIN domains d ON d.id = found.domain_id
   GROUP BY found.domain_id, found.name)",
    [](const RuleRow& row) -> Finding {
      return {
          "name " + row["name"],
          fmt::format("a CNAME record stands beside {}, and nothing may (RFC 1034 section 3.6.2)", row["others"]),
          !row.has("zone") ? "remove one or the other"
          : row.is("is_secondary")
              ? fmt::format("change it at the zone's primary: {} CNAME", row["name"])
              : "remove one or the other, such as: " + advice::remove_records(row["zone"], row["name"], "CNAME")};
    }};

// The remedy removes the disabled row, because the other one is answered.
constexpr Rule cname_beside_disabled = {
    R"(
  SELECT DISTINCT c.name AS name, c.disabled IS NOT 0 AS is_cname_disabled, o.type AS type, d.name AS zone
    FROM records c JOIN records o ON o.name = c.name AND o.domain_id = c.domain_id JOIN domains d ON d.id = c.domain_id
   WHERE canonical_type(c.type) = 'CNAME' AND canonical_type(o.type) NOT IN ('', 'CNAME', 'RRSIG', 'NSEC', 'NSEC3', 'KEY')
     AND (c.disabled IS NOT 0) <> (o.disabled IS NOT 0))",
    [](const RuleRow& row) -> Finding {
      const bool is_cname_disabled = row.is("is_cname_disabled");
      return {"name " + row["name"],
              fmt::format("{} stands beside {} of type {}: enabled, the two would contradict each other (RFC 1034 "
                          "section 3.6.2), and PowerDNS's tools do not show what is disabled",
                          is_cname_disabled ? "a disabled CNAME record" : "a CNAME record",
                          is_cname_disabled ? "a record" : "a disabled record", row["type"]),
              "remove what is disabled: " +
                  advice::remove_records(row["zone"], row["name"], is_cname_disabled ? "CNAME" : row["type"])};
    }};

constexpr Rule orphaned_records = {
    R"(
  SELECT count(*) AS count, quote(domain_id) AS domain_id
    FROM records r WHERE NOT EXISTS (SELECT 1 FROM domains d WHERE d.id = r.domain_id) GROUP BY r.domain_id)",
    [](const RuleRow& row) -> Finding {
      return {"records",
              fmt::format("{} of its rows have the domain_id {}, which is no zone: they are never answered",
                          row["count"], row["domain_id"]),
              "DELETE FROM records WHERE domain_id IS " + row["domain_id"]};
    }};

constexpr Rule orphaned_details = {
    R"(
  SELECT part, count(*) AS count, quote(domain_id) AS domain_id
    FROM (SELECT 'comments' AS part, domain_id FROM comments UNION ALL
          SELECT 'domainmetadata', domain_id FROM domainmetadata UNION ALL
          SELECT 'cryptokeys', domain_id FROM cryptokeys) r
   WHERE NOT EXISTS (SELECT 1 FROM domains d WHERE d.id = r.domain_id) GROUP BY part, r.domain_id)",
    [](const RuleRow& row) -> Finding {
      return {
          row["part"],
          fmt::format("{} of its rows have the domain_id {}, which is no zone", row["count"], row["domain_id"]),
          fmt::format("DELETE FROM {} WHERE domain_id IS {}", row["part"], row["domain_id"])};
    }};

constexpr Rule published_in_presigned = {
    R"(
  SELECT d.name AS name, n.name AS published, n.pool AS pool, n.kind AS kind
    FROM domainmetadata m JOIN domains d ON d.id = m.domain_id JOIN pool_names n ON n.domain_id = d.id
   WHERE m.kind = 'PRESIGNED' AND m.content = '1')",
    [](const RuleRow& row) -> Finding {
      return {
          zone_of(row),
          fmt::format("it came with its own signatures (PRESIGNED), and there is none for what is published at {}",
                      row["published"]),
          advice::unpublish_pool(row["pool"], row["published"], row["kind"])};
    }};

constexpr Rule kinds = {
    R"(
  SELECT name, quote(type) AS kind,
         CASE upper(type) WHEN 'PRIMARY' THEN 'MASTER' WHEN 'SECONDARY' THEN 'SLAVE' ELSE 'NATIVE' END AS right_kind
    FROM domains WHERE upper(type) NOT IN ('NATIVE', 'MASTER', 'SLAVE', 'PRODUCER', 'CONSUMER'))",
    [](const RuleRow& row) -> Finding {
      return {zone_of(row), fmt::format("its kind is {}: it must be NATIVE, MASTER or SLAVE", row["kind"]),
              advice::set_zone_kind(row["name"], row["right_kind"])};
    }};

constexpr Rule catalogs = {
    R"(
  SELECT name, upper(type) = 'PRODUCER' AS is_producer,
         (SELECT count(*) FROM domains m WHERE m.catalog = lower(d.name)) AS members
    FROM domains d WHERE upper(type) IN ('PRODUCER', 'CONSUMER'))",
    [](const RuleRow& row) -> Finding {
      const std::string instead =
          fmt::format("{}, or {}", advice::set_zone_kind(row["name"], "NATIVE"), advice::remove_zone(row["name"]));
      if (row.is("is_producer")) {
        return {zone_of(row),
                fmt::format("it is a catalog zone, but PowerDNS cannot ask a remote backend for its member zones "
                            "(here {}), so secondaries never learn of them",
                            row["members"]),
                "add the zones at the secondaries by other means, and " + instead};
      }
      return {zone_of(row),
              "it is a catalog zone, but PowerDNS cannot tell a remote backend of its member zones, so they are "
              "never added here",
              fmt::format("add the zones with {}, and {}", advice::add_secondary_zone("ZONE"), instead)};
    }};

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
