#include "db/lookup/lookup.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/base/text.h"
#include "db/contents/record_content.h"
#include "db/contents/record_types.h"
#include "db/dns/names.h"
#include "db/dns/soa.h"
#include "db/lookup/pools.h"
#include "db/lookup/record_rows.h"
#include "db/lookup/zones.h"

namespace mxbalance::db {

namespace {

// Rows without a type are empty non-terminals that PowerDNS's tools left; this program derives them itself.
// Disabled rows are left out: the protocol cannot mark a record as disabled, so PowerDNS would write it back
// enabled. The order keeps the records of one type together.
constexpr std::string_view records_at_name =
    "SELECT id, name, type, content, ttl, prio FROM records"
    " WHERE domain_id = ?1 AND name = ?2 AND type <> '' AND disabled = 0 ORDER BY type, id";
constexpr std::string_view records_in_zone =
    "SELECT id, name, type, content, ttl, prio FROM records"
    " WHERE domain_id = ?1 AND type <> '' AND disabled = 0 ORDER BY name, type, id";

// A domain_id without a zone (the zone was replaced under another id) must not hide a published name.
constexpr std::string_view pools_at_name =
    "SELECT kind, pool FROM pool_names"
    " WHERE name = ?1 AND (domain_id = ?2 OR NOT EXISTS (SELECT 1 FROM domains WHERE id = pool_names.domain_id))";
constexpr std::string_view host_at_name =
    "SELECT 1 FROM mail_servers"
    " WHERE name = ?1 AND (domain_id = ?2 OR NOT EXISTS (SELECT 1 FROM domains WHERE id = "
    "mail_servers.domain_id))";

/// Adds the static record in the row, or a defect. A zone cut is noted even when PowerDNS release `asking` cannot
/// be served the NS record that makes it.
void add_record(SQLite::Statement& row, PowerDnsVersions asking, NameContents& contents) {
  Record record;
  record.name = contents.name;
  record.type = canonical_type(row.getColumn(2).getString());
  record.content = record_content(record.type, row.getColumn(5), row.getColumn(3));
  const auto ttl = record_ttl(row.getColumn(4));
  record.ttl = ttl.value_or(0);
  if (record.type == "NS" && contents.name != contents.zone.name) contents.is_delegation = true;
  auto problem = content_problem(record.type, record.content, asking);
  if (problem) problem = priority_problem(record.type, row.getColumn(5)).value_or(*problem);
  if (!ttl) problem = ttl_problem(row.getColumn(4));
  if (!problem) {
    contents.records.push_back(std::move(record));
    return;
  }
  contents.unservable_types.push_back(record.type);
  contents.defects.push_back(
      {fmt::format("records.id {} ({} {})", row.getColumn(0).getInt64(), contents.name, record.type), *problem});
}

/// Removes from unservable_types the types that have at least one good row.
void forget_servable_types(NameContents& contents) {
  std::erase_if(contents.unservable_types, [&](const std::string& type) {
    return std::any_of(contents.records.begin(), contents.records.end(),
                       [&](const Record& record) { return record.type == type; });
  });
}

void read_records(Connection& connection, NameContents& contents) {
  auto& query = connection.statement(records_at_name);
  query.bind(1, contents.zone.id);
  query.bind(2, contents.name);
  while (query.executeStep())
    add_record(query, connection.powerdns(), contents);
  forget_servable_types(contents);
}

void read_pools_and_host(Connection& connection, const PoolReader& pool_reader, NameContents& contents) {
  auto& published = connection.statement(pools_at_name);
  published.bind(1, contents.name);
  published.bind(2, contents.zone.id);
  while (published.executeStep()) {
    const std::string kind = published.getColumn(0).getString();
    const std::string pool_name = published.getColumn(1).getString();
    auto pool = pool_reader(connection, pool_name, contents.defects);
    if (!pool) {
      contents.defects.push_back(
          {"pool_names " + contents.name, fmt::format("its pool \"{}\" does not exist", pool_name)});
      // The name stays published: an error is answered, not "no such data".
      pool = std::make_shared<const Pool>(Pool{.name = pool_name, .members = {}});
    }
    if (kind == "MX") {
      contents.mx_pool = std::move(pool);
    } else if (kind == "A") {
      contents.address_pool = std::move(pool);
    } else {
      contents.defects.push_back(
          {"pool_names " + contents.name, fmt::format("its kind is \"{}\": MX and A are allowed", kind)});
      contents.unservable_types.insert(contents.unservable_types.end(), {"MX", "A", "AAAA"});
    }
  }
  auto& host = connection.statement(host_at_name);
  host.bind(1, contents.name);
  host.bind(2, contents.zone.id);
  if (host.executeStep()) contents.host = read_mail_server(connection, contents.name, contents.defects);
}

bool is_soa(const Record& record) {
  return record.type == "SOA";
}

/// Raises the serial in the SOA record by the number of changes made since the record was written.
void advance_serial(Connection& connection, NameContents& contents) {
  if (contents.name != contents.zone.name) return;
  const auto soa = std::find_if(contents.records.begin(), contents.records.end(), is_soa);
  if (soa == contents.records.end()) return;
  auto& query = connection.statement("SELECT serial FROM counted_serials WHERE domain_id = ?");
  query.bind(1, contents.zone.id);
  if (query.executeStep()) soa->content = with_serial(soa->content, query.getColumn(0).getUInt());
}

std::set<std::string> names_of(Connection& connection, const Zone& zone, std::string_view sql) {
  auto& query = connection.statement(sql);
  query.bind(1, zone.id);
  std::set<std::string> names;
  while (query.executeStep())
    names.insert(query.getColumn(0).getString());
  return names;
}

/// Reads the contents of each name that a walk through a zone finds, and passes them to `visit`.
class ContentsWalk {
 public:
  ContentsWalk(Connection& connection, const Zone& zone, const std::function<void(NameContents&&)>& visit,
               const DefectReport& report)
      : connection_(connection),
        zone_(zone),
        visit_(visit),
        cuts_(names_of(
            connection, zone,
            "SELECT name FROM records WHERE domain_id = ? AND canonical_type(type) = 'NS' AND disabled = 0")),
        mail_names_(mail_names(connection, zone, report)) {
    cuts_.erase(zone.name);
  }

  NameContents start(std::string name) const {
    NameContents contents;
    contents.zone = zone_;
    contents.name = std::move(name);
    return contents;
  }

  /// Visits the names before `next` that have only pools or hosts.
  void visit_mail_names_before(const std::string& next) {
    while (!mail_names_.empty() && *mail_names_.begin() < next)
      finish(start(*mail_names_.begin()));
  }

  void visit_remaining_mail_names() {
    while (!mail_names_.empty())
      finish(start(*mail_names_.begin()));
  }

  void finish(NameContents&& contents) {
    forget_servable_types(contents);
    advance_serial(connection_, contents);
    if (mail_names_.erase(contents.name) > 0) read_pools_and_host(connection_, read_shared_pool, contents);
    for (auto name = parent_name(contents.name); name.size() > zone_.name.size(); name = parent_name(name)) {
      if (cuts_.contains(std::string(name))) contents.is_below_delegation = true;
    }
    visit_(std::move(contents));
  }

 private:
  Connection& connection_;
  const Zone& zone_;
  const std::function<void(NameContents&&)>& visit_;
  std::set<std::string> cuts_;
  std::set<std::string> mail_names_;
};

}  // namespace

bool stands_empty(const NameContents& contents) {
  return contents.records.empty() && !contents.mx_pool && !contents.address_pool &&
         (!contents.host || contents.host->addresses.empty());
}

bool has_soa(const NameContents& contents) {
  return std::any_of(contents.records.begin(), contents.records.end(), is_soa);
}

bool has_names_below(Connection& connection, const NameContents& contents) {
  const std::string& name = contents.name;
  auto& query = connection.statement(
      "SELECT name FROM records WHERE domain_id = ?1 AND substr(name, -length(?2)) = ?2 AND type <> ''"
      "  AND disabled = 0"
      " UNION ALL SELECT name FROM pool_names WHERE domain_id = ?1 AND substr(name, -length(?2)) = ?2"
      " UNION ALL SELECT name FROM mail_servers s WHERE domain_id = ?1 AND substr(name, -length(?2)) = ?2"
      "  AND EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name)");
  query.bind(1, contents.zone.id);
  query.bind(2, "." + name);
  while (query.executeStep()) {
    const std::string found = query.getColumn(0).getString();
    if (is_within(found, name) && !name_problem(found)) return true;  // otherwise the dot was an escaped one
  }
  return false;
}

std::set<std::string> mail_names(Connection& connection, const Zone& zone, const DefectReport& report) {
  auto names = names_of(connection, zone,
                        "SELECT name FROM pool_names WHERE domain_id = ?1"
                        " UNION SELECT name FROM mail_servers WHERE domain_id = ?1");
  std::erase_if(names, [&](const std::string& name) {
    const auto problem = name_problem(name);
    if (problem) report({"pool_names or mail_servers " + name, *problem});
    return problem.has_value();
  });
  return names;
}

std::shared_ptr<const Pool> read_shared_pool(Connection& connection, const std::string& name,
                                             std::vector<RowDefect>& defects) {
  auto pool = read_pool(connection, name, defects);
  return pool ? std::make_shared<const Pool>(std::move(*pool)) : nullptr;
}

void look_below_in_rows(Connection& connection, NameContents& contents) {
  contents.has_names_below = has_names_below(connection, contents);
}

NameContents read_name(Connection& connection, const Zone& zone, std::string_view name,
                       const PoolReader& pool_reader, const BelowReader& look_below) {
  NameContents contents;
  contents.zone = zone;
  contents.name = name;
  read_records(connection, contents);
  advance_serial(connection, contents);
  read_pools_and_host(connection, pool_reader, contents);
  contents.is_below_delegation =
      name != zone.name && delegation_of(connection, zone, parent_name(name)).has_value();
  if (stands_empty(contents)) look_below(connection, contents);
  return contents;
}

void for_each_name(Connection& connection, const Zone& zone, const std::function<void(NameContents&&)>& visit,
                   const DefectReport& report) {
  ContentsWalk walk(connection, zone, visit, report);
  auto& query = connection.statement(records_in_zone);
  query.bind(1, zone.id);
  std::optional<NameContents> current;
  while (query.executeStep()) {
    std::string name = query.getColumn(1).getString();
    if (!is_within(name, zone.name)) continue;  // outside the zone: never answered
    if (!current || current->name != name) {
      if (const auto problem = name_problem(name)) {
        report({fmt::format("records.id {}", query.getColumn(0).getInt64()), *problem});
        continue;
      }
      if (current) walk.finish(std::move(*current));
      walk.visit_mail_names_before(name);
      current = walk.start(std::move(name));
    }
    add_record(query, connection.powerdns(), *current);
  }
  if (current) walk.finish(std::move(*current));
  walk.visit_remaining_mail_names();
}

}  // namespace mxbalance::db
