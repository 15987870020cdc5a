#include "db/edits/records.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/contents/stored_content.h"
#include "db/dns/names.h"
#include "db/lookup/record_rows.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

struct StoredRow {
  std::int64_t id = 0;
  std::string content;  ///< as in a zone file
  std::string raw;      ///< as stored in the row
  bool is_disabled = false;
};

std::vector<StoredRow> rows_of_type(Connection& connection, const Zone& zone, std::string_view name,
                                    std::string_view type) {
  auto& query = bound(connection,
                      "SELECT id, content, prio, disabled IS NOT 0 FROM records"
                      " WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = ?3 ORDER BY id",
                      zone.id, name, type);
  std::vector<StoredRow> rows;
  while (query.executeStep()) {
    const std::string raw = query.getColumn(1).getString();
    rows.push_back({query.getColumn(0).getInt64(), record_content(type, query.getColumn(2), query.getColumn(1)),
                    raw, query.getColumn(3).getInt() != 0});
  }
  return rows;
}

void require_place(Connection& connection, const Zone& zone, const NewRecord& record) {
  if (!is_within(record.name, zone.name)) {
    throw Refusal(
        fmt::format("the name {0} lies outside the zone {1}; did you mean {0}.{1}?", record.name, zone.name));
  }
  if (record.type == "SOA" && record.name != zone.name) {
    throw Refusal(fmt::format("a SOA record stands only at the zone's own name, {}", zone.name));
  }
  // At and below a zone cut, the parent zone holds only the delegation and its glue (RFC 1034 §4.2.1).
  static constexpr std::array<std::string_view, 4> above_cut = {"NS", "DS", "A", "AAAA"};
  const auto deepest = enclosing_zone(connection, record.name);
  if (deepest && deepest->id != zone.id &&
      std::find(above_cut.begin(), above_cut.end(), record.type) == above_cut.end()) {
    throw Refusal(fmt::format("the name {} belongs to the zone {}: use {}", record.name, deepest->name,
                              advice::add_record(deepest->name, record.name, record.type, record.content)));
  }
}

/// Throws Refusal for NS records that would hide a published pool at or below their name.
void require_nothing_delegated(Connection& connection, const Zone& zone, const NewRecord& record) {
  if (record.type == "NS" && record.name != zone.name) require_nothing_published(connection, zone, record.name);
}

[[noreturn]] void refuse_beside(const StoredRow& row, std::string sentence) {
  if (row.is_disabled) {
    sentence +=
        fmt::format("; it is disabled: enable it with UPDATE records SET disabled = 0 WHERE id = {}", row.id);
  }
  throw Refusal(sentence);
}

void require_single(const Zone& zone, const NewRecord& record, const std::vector<StoredRow>& rows,
                    const StoredContent& stored) {
  if ((record.type == "SOA" || record.type == "CNAME") && !rows.empty()) {
    refuse_beside(rows.front(), fmt::format("at {} stands a {} record already: {}", record.name, record.type,
                                            rows.front().content));
  }
  const std::string wanted = whole_content(record.type, stored);
  const auto same = std::find_if(rows.begin(), rows.end(), [&](const StoredRow& row) {
    return canonical_content(record.type, row.content) == wanted;
  });
  if (same != rows.end()) {
    refuse_beside(*same, fmt::format("the zone {} has this record already: {} {} {}", zone.name, record.name,
                                     record.type, wanted));
  }
}

}  // namespace

void require_no_cname_conflict(Connection& connection, const Zone& zone, std::string_view name,
                               std::string_view type) {
  constexpr std::string_view others =
      "SELECT DISTINCT canonical_type(type) FROM records WHERE domain_id = ?1 AND name = ?2 AND type <> ''"
      " AND disabled = 0 AND (canonical_type(type) = 'CNAME') <> ?3"
      " AND canonical_type(type) NOT IN ('RRSIG', 'NSEC', 'NSEC3', 'KEY')";
  const FirstFew beside = first_few(connection, others, zone.id, name, type == "CNAME" ? 1 : 0);
  if (!beside.items.empty()) {
    throw Refusal(
        fmt::format("at {} stands {}, and a CNAME record allows nothing beside it; remove it first with: {}", name,
                    in_words(beside), advice::remove_records(zone.name, name, beside.items.front())));
  }
}

void require_not_balanced(Connection& connection, const Zone& zone, std::string_view name, std::string_view type) {
  const bool is_address = type == "A" || type == "AAAA";
  const bool is_cname = type == "CNAME";
  if (is_cname || is_address || type == "MX") {
    const std::string_view kind = is_cname ? "" : is_address ? "A" : "MX";
    auto& published =
        bound(connection,
              "SELECT pool, kind FROM pool_names WHERE name = ?1 AND domain_id = ?2 AND (?3 = '' OR kind = ?3)",
              name, zone.id, kind);
    if (published.executeStep()) {
      const std::string pool = published.getColumn(0).getString();
      const std::string as = published.getColumn(1).getString();
      published.reset();
      throw Refusal(
          fmt::format("the pool {} publishes {} at {}, so no static {} record may stand there; change the "
                      "pool's members, or take it out with: {}",
                      pool, as == "A" ? "A and AAAA" : as, name, type, advice::unpublish_pool(pool, name, as)));
    }
  }
  if ((is_cname || is_address) && exists(connection,
                                         "SELECT 1 FROM mail_servers s JOIN mail_addresses a ON a.server = s.name "
                                         "WHERE s.name = ?1 AND s.domain_id = ?2",
                                         name, zone.id)) {
    throw Refusal(fmt::format(
        "{} is the host name of a mail server, whose addresses are answered there; change them with: {}", name,
        advice::add_address(name)));
  }
}

std::string add_record(Connection& connection, const NewRecord& record) {
  const Zone zone = require_zone(connection, record.zone);
  const StoredContent stored = stored_content(record.type, record.content, connection.powerdns());
  require_place(connection, zone, record);
  require_not_balanced(connection, zone, record.name, record.type);
  require_nothing_delegated(connection, zone, record);
  require_no_cname_conflict(connection, zone, record.name, record.type);
  require_single(zone, record, rows_of_type(connection, zone, record.name, record.type), stored);
  const auto rrset_ttl =
      number(connection,
             "SELECT ttl FROM records WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = ?3 LIMIT 1",
             zone.id, record.name, record.type);
  const std::int64_t ttl = record.ttl ? *record.ttl : rrset_ttl.value_or(default_ttl);
  execute(connection,
          "UPDATE records SET ttl = ?4 WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = ?3", zone.id,
          record.name, record.type, ttl);
  execute(connection,
          "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
          zone.id, record.name, record.type, stored.content, ttl, stored.priority);
  return whole_content(record.type, stored);
}

std::int64_t remove_records(Connection& connection, std::string_view zone_name, std::string_view name,
                            std::string_view type, const std::optional<std::string>& content) {
  const Zone zone = require_zone(connection, zone_name);
  const auto rows = rows_of_type(connection, zone, name, type);
  std::int64_t removed = 0;
  for (const auto& row : rows) {
    const bool is_meant = !content || row.raw == *content || row.content == *content ||
                          canonical_content(type, row.content) == canonical_content(type, *content);
    if (is_meant) removed += execute(connection, "DELETE FROM records WHERE id = ?", row.id);
  }
  if (removed == 0) {
    throw Refusal(fmt::format("the zone {} has no record {} {}{}; see: {}", zone.name, name, type,
                              content ? " " + *content : "", advice::list_records(zone.name)));
  }
  const bool is_needed = type == "SOA" || (type == "NS" && name == zone.name);
  if (is_needed && static_cast<std::int64_t>(rows.size()) == removed) {
    throw Refusal(fmt::format("the zone {} cannot be without its last {} record{}", zone.name, type,
                              type == "NS" ? "; add another one first" : ""));
  }
  if (type == "SOA") require_soa_if_published(connection, zone);  // the other SOA records may be disabled
  return removed;
}

std::vector<std::string> make_room(Connection& connection, const Zone& zone, std::string_view name,
                                   std::string_view kind, bool replace) {
  const auto types =
      texts(connection,
            "SELECT DISTINCT canonical_type(type) FROM records WHERE domain_id = ?1 AND name = ?2 AND disabled = 0"
            " AND canonical_type(type) IN ('CNAME', CASE ?3 WHEN 'MX' THEN 'MX' ELSE 'A' END,"
            " CASE ?3 WHEN 'MX' THEN 'MX' ELSE 'AAAA' END) ORDER BY 1",
            zone.id, name, kind);
  std::vector<std::string> standing;
  std::string shown;
  std::string commands;
  for (const auto& type : types) {
    for (const auto& row : rows_of_type(connection, zone, name, type)) {
      standing.push_back(type + " " + row.content);
      shown += (shown.empty() ? "" : ", ") + standing.back();
    }
    commands += (commands.empty() ? "" : " && ") + advice::remove_records(zone.name, name, type);
  }
  if (types.empty()) return {};
  const bool is_alias = kind == "MX" && types.front() == "CNAME";
  const bool is_of_primary = is_secondary(connection, zone);
  if (!replace || is_alias) {
    const std::string remedy = is_of_primary ? "they come from the zone's primary: remove them there"
                                             : "remove them first with: " + commands;
    const std::string_view otherwise = is_alias        ? ""
                                       : is_of_primary ? ", or have them hidden with --replace"
                                                       : ", or in the same step with --replace";
    throw Refusal(fmt::format("at {} stand static records: {}; {}{}", name, shown, remedy, otherwise));
  }
  if (is_of_primary) return standing;
  for (const auto& type : types)
    remove_records(connection, zone.name, name, type, std::nullopt);
  return standing;
}

}  // namespace mxbalance::db
