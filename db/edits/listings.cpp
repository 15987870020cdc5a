#include "db/edits/listings.h"

#include "db/columns/column_rows.h"
#include "db/columns/mail_tables.h"
#include "db/contents/record_types.h"
#include "db/lookup/record_rows.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

std::string soa_content(Connection& connection, std::int64_t zone, std::string_view apex) {
  const auto soa =
      texts(connection,
            "SELECT content FROM records WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = 'SOA'"
            " AND disabled = 0 LIMIT 1",
            zone, apex);
  return soa.empty() ? "" : soa.front();
}

/// The columns of the row are id, name and type of a zone.
ZoneListing zone_row(Connection& connection, SQLite::Statement& row) {
  const std::int64_t id = row.getColumn(0).getInt64();
  ZoneListing zone;
  zone.name = row.getColumn(1).getString();
  zone.kind = row.getColumn(2).getString();
  zone.records =
      number(connection, "SELECT count(*) FROM records WHERE domain_id = ? AND type <> ''", id).value_or(0);
  zone.published = number(connection, "SELECT count(*) FROM pool_names WHERE domain_id = ?", id).value_or(0);
  if (const auto info = read_zone_info(connection, zone.name)) zone.serial = info->serial;
  return zone;
}

PublishedName published_row(SQLite::Statement& row) {
  return {row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getString()};
}

PoolListing pool_listing(Connection& connection, std::string_view name) {
  static const std::string sql =
      "SELECT (SELECT count(*) FROM pool_members m WHERE m.pool = p.name),"
      " (SELECT count(*) FROM pool_names n WHERE n.pool = p.name), " +
      names_of(columns::pools.columns) + " FROM pools p WHERE name = ?";
  auto& row = bound(connection, sql, name);
  row.executeStep();
  PoolListing pool{.name = std::string(name),
                   .columns = values_of(row, 2, columns::pools.columns),
                   .members = row.getColumn(0).getInt64(),
                   .published = row.getColumn(1).getInt64()};
  row.reset();
  return pool;
}

/// `rows` are rows of the view pool_status.
void visit_members(SQLite::Statement& rows, const VisitMember& visit) {
  while (rows.executeStep()) {
    visit(rows.getColumn(0).getString(),
          {rows.getColumn(1).getString(), rows.getColumn(2).getInt64(), rows.getColumn(3).getInt64(),
           rows.getColumn(4).getString(), rows.getColumn(5).getString(), rows.getColumn(6).getString(),
           rows.getColumn(7).getString()});
  }
}

std::optional<std::int64_t> number_or_none(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(column.getInt64());
}

}  // namespace

void for_each_zone_listing(Connection& connection, const std::function<void(const ZoneListing&)>& visit) {
  auto& rows = connection.statement("SELECT id, name, type FROM domains ORDER BY name");
  while (rows.executeStep())
    visit(zone_row(connection, rows));
}

ZoneDetails zone_details(Connection& connection, std::string_view name, std::int64_t limit) {
  const Zone zone = require_zone(connection, name);
  ZoneDetails details;
  auto& row = bound(connection, "SELECT id, name, type FROM domains WHERE id = ?", zone.id);
  row.executeStep();
  details.listing = zone_row(connection, row);
  row.reset();
  details.soa = soa_content(connection, zone.id, zone.name);
  details.name_servers =
      texts(connection,
            "SELECT content FROM records WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = 'NS'"
            " AND disabled = 0 ORDER BY id",
            zone.id, zone.name);
  details.published.total = details.listing.published;
  auto& published = bound(
      connection, "SELECT name, kind, pool FROM pool_names WHERE domain_id = ?1 ORDER BY name, kind DESC LIMIT ?2",
      zone.id, limit);
  while (published.executeStep())
    details.published.rows.push_back(published_row(published));
  details.mail_servers.total =
      number(connection, "SELECT count(*) FROM mail_servers WHERE domain_id = ?", zone.id).value_or(0);
  details.mail_servers.rows = texts(
      connection, "SELECT name FROM mail_servers WHERE domain_id = ?1 ORDER BY name LIMIT ?2", zone.id, limit);
  return details;
}

void for_each_record(Connection& connection, std::string_view zone,
                     const std::function<void(const RecordListing&)>& visit) {
  const Zone found = require_zone(connection, zone);
  auto& rows = bound(connection,
                     "SELECT name, type, content, ttl, prio, disabled IS NOT 0 FROM records"
                     " WHERE domain_id = ? AND type <> '' ORDER BY name, type, id",
                     found.id);
  while (rows.executeStep()) {
    Record record;
    record.name = rows.getColumn(0).getString();
    record.type = canonical_type(rows.getColumn(1).getString());
    record.content = record_content(record.type, rows.getColumn(4), rows.getColumn(2));
    record.ttl = record_ttl(rows.getColumn(3)).value_or(0);
    visit({std::move(record), rows.getColumn(5).getInt() != 0});
  }
}

void for_each_server_listing(Connection& connection, const std::function<void(const ServerListing&)>& visit) {
  auto& names = connection.statement("SELECT name FROM mail_servers ORDER BY name");
  while (names.executeStep())
    visit(server_listing(connection, names.getColumn(0).getString()));
}

ServerListing server_listing(Connection& connection, std::string_view name) {
  require_server(connection, name);
  static const std::string sql =
      "SELECT changed_at, health_until, safe_at,"
      " (SELECT until FROM kept_servers WHERE server = mail_servers.name), " +
      names_of(columns::mail_servers.columns) + " FROM mail_servers WHERE name = ?";
  auto& row = bound(connection, sql, name);
  row.executeStep();
  ServerListing server;
  server.name = name;
  server.changed_at = row.getColumn(0).getInt64();
  server.health_until = number_or_none(row.getColumn(1));
  server.safe_at = number_or_none(row.getColumn(2));
  server.kept_until = number_or_none(row.getColumn(3));
  server.columns = values_of(row, 4, columns::mail_servers.columns);
  row.reset();
  auto& effective = bound(connection, "SELECT health, reason FROM mail_server_status WHERE name = ?", name);
  if (effective.executeStep()) {
    server.effective_health = effective.getColumn(0).getString();
    server.effective_reason = effective.getColumn(1).getString();
  }
  effective.reset();
  auto& addresses =
      bound(connection,
            "SELECT address, health, reason, unprobed_since FROM mail_addresses WHERE server = ? ORDER BY address",
            name);
  while (addresses.executeStep()) {
    server.addresses.push_back({addresses.getColumn(0).getString(), addresses.getColumn(1).getString(),
                                addresses.getColumn(2).getString(), number_or_none(addresses.getColumn(3))});
  }
  server.pools = texts(connection, "SELECT pool FROM pool_members WHERE server = ? ORDER BY pool", name);
  server.published = texts(connection,
                           "SELECT pool FROM pool_members m WHERE server = ? AND EXISTS"
                           " (SELECT 1 FROM pool_names n WHERE n.pool = m.pool) ORDER BY pool",
                           name);
  server.answering = texts(connection, "SELECT pool FROM draining_answers WHERE server = ? ORDER BY pool", name);
  return server;
}

void for_each_pool_listing(Connection& connection, const std::function<void(const PoolListing&)>& visit) {
  auto& names = connection.statement("SELECT name FROM pools ORDER BY name");
  while (names.executeStep())
    visit(pool_listing(connection, names.getColumn(0).getString()));
}

void for_each_member_status(Connection& connection, const VisitMember& visit) {
  visit_members(connection.statement("SELECT * FROM pool_status ORDER BY pool, preference, server"), visit);
}

void for_each_member_status(Connection& connection, std::string_view pool, const VisitMember& visit) {
  visit_members(bound(connection, "SELECT * FROM pool_status WHERE pool = ? ORDER BY preference, server", pool),
                visit);
}

PoolDetails pool_details(Connection& connection, std::string_view name, std::int64_t limit) {
  require_pool(connection, name);
  PoolDetails details;
  details.listing = pool_listing(connection, name);
  for_each_member_status(connection, name, [&](std::string_view /*pool*/, const MemberStatus& member) {
    details.members.push_back(member);
  });
  details.published.total = details.listing.published;
  auto& published = bound(
      connection, "SELECT name, kind, pool FROM pool_names WHERE pool = ?1 ORDER BY name, kind DESC LIMIT ?2",
      name, limit);
  while (published.executeStep())
    details.published.rows.push_back(published_row(published));
  return details;
}

}  // namespace mxbalance::db
