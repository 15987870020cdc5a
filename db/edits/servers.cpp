#include "db/edits/servers.h"

#include <algorithm>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/columns/column_rows.h"
#include "db/columns/mail_tables.h"
#include "db/dns/addresses.h"
#include "db/edits/last_live.h"
#include "db/edits/records.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

void insert_address(Connection& connection, std::string_view server, std::string_view address) {
  execute(connection,
          "INSERT INTO mail_addresses (server, address) VALUES (?1, ?2) ON CONFLICT (server, address) DO NOTHING",
          server, address);
}

/// The addresses of the enabled static A and AAAA records at `name`.
std::vector<std::string> static_addresses(Connection& connection, const Zone& zone, std::string_view name) {
  std::vector<std::string> found;
  for (const auto& content : texts(connection,
                                   "SELECT trim(content) FROM records WHERE domain_id = ?1 AND name = ?2 AND "
                                   "canonical_type(type) IN ('A', 'AAAA')"
                                   " AND disabled = 0 ORDER BY id",
                                   zone.id, name)) {
    if (auto address = canonical_address(content)) found.push_back(std::move(*address));
  }
  return found;
}

/// Throws unless every published pool of the server has another member to answer with.
void require_other_members(Connection& connection, std::string_view server) {
  const auto pools = texts(connection, "SELECT pool FROM last_members WHERE server = ? LIMIT 1", server);
  if (!pools.empty()) refuse_last_member(connection, pools.front(), server);
}

void require_other_addresses(Connection& connection, std::string_view server) {
  if (exists(connection, "SELECT 1 FROM mail_addresses WHERE server = ? LIMIT 1 OFFSET 1", server)) return;
  const auto pools =
      texts(connection, "SELECT pool FROM last_members WHERE server = ? AND kind = 'A' LIMIT 1", server);
  if (pools.empty()) return;
  throw Refusal(fmt::format(
      "this is the last address of {}, and that server is the last one of the pool {} with an address, "
      "which is published at {}; add another address first",
      server, pools.front(), in_words(places_of_pool(connection, pools.front()))));
}

void remove_address(Connection& connection, std::string_view server, std::string_view address) {
  if (!exists(connection, "SELECT 1 FROM mail_addresses WHERE server = ?1 AND address = ?2", server, address)) {
    throw Refusal(fmt::format("{} has no address {}; see: {}", server, address, advice::show_server(server)));
  }
  require_other_addresses(connection, server);
  execute(connection, "DELETE FROM mail_addresses WHERE server = ?1 AND address = ?2", server, address);
}

ColumnValues with_probe_defaults(ColumnValues settings) {
  const auto probe = settings.find("probe");
  if (probe == settings.end() || !is_null(probe->second)) return settings;
  for (const auto& column : columns::mail_servers.columns)
    if (column.role == ColumnRole::probe) settings.try_emplace(column.name);
  return settings;
}

void write_settings(Connection& connection, std::string_view name, const ColumnValues& settings) {
  if (const auto health = settings.find("health"); health != settings.end() && !settings.contains("reason")) {
    execute(connection,
            "UPDATE mail_servers SET reason = '' WHERE name = ?1 AND health <> ?2 AND state = 'enabled'", name,
            as_text(health->second));
  }
  update_row(connection, "mail_servers", columns::mail_servers.columns, {{"name", std::string(name)}},
             with_probe_defaults(settings));
}

/// Adds new addresses before old ones are removed, so that the server always has one.
void write_addresses(Connection& connection, std::string_view name, const AddressChange& change) {
  for (const auto& address : change.added)
    insert_address(connection, name, address);
  if (change.all) {
    for (const auto& address : *change.all)
      insert_address(connection, name, address);
    for (const auto& address : texts(connection, "SELECT address FROM mail_addresses WHERE server = ?", name)) {
      const auto kept = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), address) != list.end();
      };
      if (!kept(*change.all) && !kept(change.added)) remove_address(connection, name, address);
    }
  }
  for (const auto& address : change.removed)
    remove_address(connection, name, address);
}

}  // namespace

std::vector<std::string> add_server(Connection& connection, std::string_view name, const ColumnValues& settings,
                                    const std::vector<std::string>& addresses, bool replace) {
  if (exists(connection, "SELECT 1 FROM mail_servers WHERE name = ?", name)) {
    throw Refusal(
        fmt::format("the mail server {} is here already; to change it, see: {}", name, advice::server_settings()));
  }
  const auto pools = texts(connection, "SELECT pool FROM pool_names WHERE name = ? AND kind = 'A'", name);
  if (!pools.empty()) {
    throw Refusal(fmt::format("the pool {} is published as A at {}; give the server a host name of its own",
                              pools.front(), name));
  }
  std::vector<std::string> taken_over;
  std::vector<std::string> gave_way;
  if (const auto zone = enclosing_zone(connection, name)) {
    if (addresses.empty()) taken_over = static_addresses(connection, *zone, name);
    gave_way = make_room(connection, *zone, name, "A", replace);
  }
  if (!gave_way.empty() && addresses.empty() && taken_over.empty()) {
    throw Refusal(
        fmt::format("at {} stands {}, which has no address for the server to take, and the name would be "
                    "without one; give its addresses with --address ADDRESS",
                    name, gave_way.front()));
  }
  insert_row(connection, "mail_servers", {{"name", std::string(name)}}, settings);
  for (const auto& address : addresses.empty() ? taken_over : addresses)
    insert_address(connection, name, address);
  return gave_way;
}

void change_server(Connection& connection, std::string_view name, const ColumnValues& settings,
                   const AddressChange& addresses, bool force) {
  require_server(connection, name);
  write_settings(connection, name, settings);
  const LiveAddressRule rule(connection, name);
  write_addresses(connection, name, addresses);
  if (!force) rule.require_live();
}

void set_server_state(Connection& connection, std::string_view name, std::string_view state,
                      const std::optional<std::string>& reason, bool force) {
  require_server(connection, name);
  if (state != "enabled") require_other_members(connection, name);
  if (state != "enabled" && !force) require_other_live(connection, name, state);
  execute(
      connection,
      "UPDATE mail_servers SET state = ?2, reason = coalesce(?3, CASE health WHEN 'down' THEN reason ELSE '' END)"
      " WHERE name = ?1",
      name, state, reason);
}

void remove_server(Connection& connection, std::string_view name) {
  require_server(connection, name);
  const FirstFew pools =
      first_few(connection, "SELECT pool FROM pool_members WHERE server = ? ORDER BY pool", name);
  if (!pools.items.empty()) {
    throw Refusal(fmt::format("{} is in use: it is a member of {} {}; take it out first with: {}", name,
                              pools.total == 1 ? "the pool" : "the pools", in_words(pools),
                              advice::leave_pool(pools.items.front(), name)));
  }
  execute(connection, "DELETE FROM mail_servers WHERE name = ?", name);
}

}  // namespace mxbalance::db
