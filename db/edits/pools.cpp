#include "db/edits/pools.h"

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/columns/column_rows.h"
#include "db/columns/mail_tables.h"
#include "db/edits/last_live.h"
#include "db/edits/records.h"
#include "db/edits/servers.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

bool is_member(Connection& connection, std::string_view pool, std::string_view server) {
  return exists(connection, "SELECT 1 FROM pool_members WHERE pool = ?1 AND server = ?2", pool, server);
}

void require_members(Connection& connection, std::string_view pool, std::string_view kind) {
  if (!exists(connection,
              "SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled' "
              "WHERE m.pool = ?",
              pool)) {
    throw Refusal(
        fmt::format("the pool {} has no enabled member, and mail would have nowhere to go; add one with: {}", pool,
                    advice::join_pool(pool, "SERVER")));
  }
  if (kind == "A" &&
      !exists(connection,
              "SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'"
              " JOIN mail_addresses a ON a.server = m.server WHERE m.pool = ?",
              pool)) {
    throw Refusal(fmt::format("the pool {} has no enabled member with an address; add one with: {}", pool,
                              advice::add_address("SERVER")));
  }
}

Zone require_holding_zone(Connection& connection, std::string_view name) {
  if (auto zone = enclosing_zone(connection, name)) return *zone;
  throw Refusal(fmt::format("no zone here holds the name {}; add the zone first, such as: {}", name,
                            advice::add_zone(name)));
}

/// Replaces another pool at the name, or throws Refusal. Returns the replaced pool; empty when there is none.
std::vector<std::string> take_over(Connection& connection, std::string_view pool, std::string_view name,
                                   std::string_view kind, bool replace) {
  auto others = texts(connection, "SELECT pool FROM pool_names WHERE name = ?1 AND kind = ?2 AND pool <> ?3", name,
                      kind, pool);
  if (others.empty()) return others;
  if (!replace) {
    throw Refusal(fmt::format("the pool {} is published at {} as {} already; put {} in its place with --replace",
                              others.front(), name, kind, pool));
  }
  execute(connection, "UPDATE pool_names SET pool = ?3 WHERE name = ?1 AND kind = ?2", name, kind, pool);
  return others;
}

LeftForMail left_for_mail(Connection& connection, std::string_view name) {
  const auto has = [&](std::string_view kind, std::string_view family) {
    return exists(connection,
                  "SELECT 1 FROM pool_names WHERE name = ?1 AND kind = ?2 UNION ALL SELECT 1 FROM records"
                  " WHERE name = ?1 AND canonical_type(type) IN (?2, ?3, 'CNAME') AND disabled = 0",
                  name, kind, family);
  };
  if (has("MX", "MX")) return LeftForMail::mx;
  const bool is_host = exists(connection, "SELECT 1 FROM mail_addresses WHERE server = ?", name);
  return is_host || has("A", "AAAA") ? LeftForMail::addresses : LeftForMail::nothing;
}

}  // namespace

void add_pool(Connection& connection, std::string_view name, const ColumnValues& settings) {
  if (exists(connection, "SELECT 1 FROM pools WHERE name = ?", name)) {
    throw Refusal(
        fmt::format("the pool {} is here already; to change it, see: {}", name, advice::pool_settings()));
  }
  execute(connection, "INSERT INTO pools (name) VALUES (?)", name);
  change_pool(connection, name, settings);
}

void change_pool(Connection& connection, std::string_view name, const ColumnValues& settings) {
  require_pool(connection, name);
  update_row(connection, "pools", columns::pools.columns, {{"name", std::string(name)}}, settings);
}

void join_pool(Connection& connection, std::string_view pool, std::string_view server,
               const ColumnValues& settings) {
  require_pool(connection, pool);
  require_server(connection, server);
  const ColumnValues key{{"pool", std::string(pool)}, {"server", std::string(server)}};
  if (is_member(connection, pool, server))
    return update_row(connection, "pool_members", columns::pool_members.columns, key, settings);
  insert_row(connection, "pool_members", key, settings);
}

void leave_pool(Connection& connection, std::string_view pool, std::string_view server, bool force) {
  require_pool(connection, pool);
  if (!is_member(connection, pool, server)) {
    throw Refusal(fmt::format("{} is no member of the pool {}; see: {}", server, pool, advice::show_pool(pool)));
  }
  if (exists(connection, "SELECT 1 FROM last_members WHERE pool = ?1 AND server = ?2", pool, server)) {
    refuse_last_member(connection, pool, server);
  }
  if (!force) require_other_live_member(connection, pool, server);
  execute(connection, "DELETE FROM pool_members WHERE pool = ?1 AND server = ?2", pool, server);
}

std::vector<std::string> publish_pool(Connection& connection, std::string_view pool, std::string_view name,
                                      std::string_view kind, bool replace) {
  require_pool(connection, pool);
  const Zone zone = require_holding_zone(connection, name);
  require_not_delegated(connection, zone, name);
  require_members(connection, pool, kind);
  if (kind == "A" && exists(connection, "SELECT 1 FROM mail_servers WHERE name = ?", name)) {
    throw Refusal(fmt::format(
        "{} is the host name of a mail server, which has addresses of its own; publish the pool at another name",
        name));
  }
  auto gave_way = make_room(connection, zone, name, kind, replace);
  for (const auto& other : take_over(connection, pool, name, kind, replace))
    gave_way.push_back("the pool " + other);
  execute(connection,
          "INSERT INTO pool_names (name, kind, pool) VALUES (?1, ?2, ?3) ON CONFLICT (name, kind) DO NOTHING",
          name, kind, pool);
  return gave_way;
}

LeftForMail unpublish_pool(Connection& connection, std::string_view pool, std::string_view name,
                           const std::optional<std::string>& kind) {
  require_pool(connection, pool);
  const bool had_mx =
      exists(connection, "SELECT 1 FROM pool_names WHERE pool = ?1 AND name = ?2 AND kind = 'MX'", pool, name);
  const int removed =
      execute(connection, "DELETE FROM pool_names WHERE pool = ?1 AND name = ?2 AND (?3 IS NULL OR kind = ?3)",
              pool, name, kind);
  if (removed > 0) return had_mx ? left_for_mail(connection, name) : LeftForMail::mx;
  const FirstFew places = places_of_pool(connection, pool);
  throw Refusal(fmt::format("the pool {} is not published at {}{}{}", pool, name, kind ? " as " + *kind : "",
                            places.items.empty() ? "" : ", but at " + in_words(places)));
}

void remove_pool(Connection& connection, std::string_view name) {
  require_pool(connection, name);
  const FirstFew places = places_of_pool(connection, name);
  if (!places.items.empty()) {
    throw Refusal(fmt::format("the pool {} is in use: it is published at {}; take it out first with: {}", name,
                              in_words(places), advice::unpublish_pool(name, "NAME")));
  }
  execute(connection, "DELETE FROM pools WHERE name = ?", name);
}

}  // namespace mxbalance::db
