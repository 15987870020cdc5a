#include "db/edits/zones.h"

#include <algorithm>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/dns/soa.h"
#include "db/dns/typed_names.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

// Refresh, retry, expire and minimum, of the order of magnitude in RFC 1912 §2.2. The minimum is how long senders
// may cache that a name does not exist.
constexpr std::string_view soa_times = "10800 3600 604800 300";

void insert_record(Connection& connection, const Zone& zone, std::string_view type, std::string_view content,
                   std::uint32_t ttl) {
  execute(connection,
          "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
          zone.id, zone.name, type, content, ttl);
}

struct SoaRecord {
  std::int64_t id = 0;
  std::string content;
};

std::optional<SoaRecord> find_soa(Connection& connection, const Zone& zone) {
  auto& row =
      bound(connection,
            "SELECT id, content FROM records WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = 'SOA'"
            " ORDER BY disabled IS NOT 0, id LIMIT 1",
            zone.id, zone.name);
  std::optional<SoaRecord> soa;
  if (row.executeStep()) soa = SoaRecord{row.getColumn(0).getInt64(), row.getColumn(1).getString()};
  row.reset();
  return soa;
}

void write_soa(Connection& connection, const SoaRecord& soa) {
  execute(connection, "UPDATE records SET content = ?2 WHERE id = ?1", soa.id, soa.content);
}

void set_primaries(Connection& connection, const Zone& zone, const std::vector<std::string>& primaries) {
  const auto kind = texts(connection, "SELECT upper(type) FROM domains WHERE id = ?", zone.id);
  if (kind.front() != "SLAVE") {
    throw Refusal(fmt::format("the zone {} is no secondary zone; make it one with: {}", zone.name,
                              advice::make_secondary(zone.name)));
  }
  execute(connection, "UPDATE domains SET master = ?2, last_check = 0 WHERE id = ?1", zone.id, in_list(primaries));
}

bool has_address(Connection& connection, std::string_view name) {
  return exists(
      connection,
      "SELECT 1 FROM records WHERE name = ?1 AND canonical_type(type) IN ('A', 'AAAA', 'CNAME') AND disabled = 0"
      " UNION ALL SELECT 1 FROM mail_addresses WHERE server = ?1"
      " UNION ALL SELECT 1 FROM pool_names WHERE name = ?1 AND kind = 'A'",
      name);
}

}  // namespace

std::string in_list(const std::vector<std::string>& primaries) {
  std::string list;
  for (const auto& primary : primaries)
    list += (list.empty() ? "" : ",") + primary;
  return list;
}

std::string hostmaster_name(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return typed_name(text);
  const std::string_view domain = text.substr(at + 1);
  if (domain.empty()) throw InvalidName(fmt::format("the mail address {} has no domain", quoted(text)));
  std::string mailbox;
  for (const char c : text.substr(0, at)) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f)
      throw InvalidName(fmt::format("the mail address {} is not in ASCII before its @", quoted(text)));
    if (c == '.' || c == '\\') mailbox += '\\';
    mailbox += c;
  }
  return canonical_name(mailbox + "." + typed_name(domain));
}

std::vector<std::string> add_zone(Connection& connection, const NewZone& zone, std::chrono::year_month_day today) {
  if (find_zone(connection, zone.name)) {
    throw Refusal(fmt::format("the zone {} is here already; to change it, see: {}, or {}", zone.name,
                              advice::zone_settings(), advice::list_records(zone.name)));
  }
  execute(connection, "INSERT INTO domains (name, type) VALUES (?1, ?2)", zone.name, zone.kind);
  const Zone added = require_zone(connection, zone.name);
  const std::string hostmaster = !zone.hostmaster.empty()
                                     ? zone.hostmaster
                                     : canonical_name(zone.name == "." ? "hostmaster" : "hostmaster." + zone.name);
  insert_record(connection, added, "SOA",
                fmt::format("{} {} {} {}", zone.name_servers.front(), hostmaster, first_serial(today), soa_times),
                zone.ttl);
  std::vector<std::string> without_address;
  for (auto server = zone.name_servers.begin(); server != zone.name_servers.end(); ++server) {
    if (std::find(zone.name_servers.begin(), server, *server) != server) continue;  // given twice
    insert_record(connection, added, "NS", *server, zone.ttl);
    if (is_within(*server, zone.name) && !has_address(connection, *server)) without_address.push_back(*server);
  }
  execute(connection, "UPDATE zone_changes SET counting = 1 WHERE domain_id = ?", added.id);
  return without_address;
}

void change_zone(Connection& connection, std::string_view name, const ZoneChange& change) {
  const Zone zone = require_zone(connection, name);
  if (change.kind) execute(connection, "UPDATE domains SET type = ?2 WHERE id = ?1", zone.id, *change.kind);
  if (!change.primaries.empty()) set_primaries(connection, zone, change.primaries);
  if (!change.hostmaster) return;
  auto soa = find_soa(connection, zone);
  if (!soa) {
    throw Refusal(fmt::format("the zone {} has no SOA record whose hostmaster could be changed; add one with: {}",
                              zone.name, advice::add_record(zone.name, zone.name, "SOA")));
  }
  soa->content = with_hostmaster(soa->content, *change.hostmaster);
  write_soa(connection, *soa);
}

std::int64_t remove_zone(Connection& connection, std::string_view name) {
  const Zone zone = require_zone(connection, name);
  const auto published = pools_in_zone(connection, zone);
  if (!published.items.empty()) {
    throw Refusal(fmt::format("the zone {} is in use: it publishes {}; take them out first with: {}", zone.name,
                              in_words(published), advice::unpublish_pool("POOL", "NAME")));
  }
  const auto servers = first_few(connection,
                                 "SELECT DISTINCT s.name || ' of the pool ' || m.pool FROM mail_servers s"
                                 " JOIN pool_members m ON m.server = s.name WHERE s.domain_id = ? ORDER BY 1",
                                 zone.id);
  if (!servers.items.empty()) {
    throw Refusal(
        fmt::format("the zone {} is in use: it holds the host names of the mail servers {}; take them out first "
                    "with: {}",
                    zone.name, in_words(servers), advice::leave_pool("POOL", "SERVER")));
  }
  const auto records = number(connection, "SELECT count(*) FROM records WHERE domain_id = ?", zone.id);
  execute(connection, "DELETE FROM domains WHERE id = ?", zone.id);
  return records.value_or(0);
}

}  // namespace mxbalance::db
