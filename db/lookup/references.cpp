#include "db/lookup/references.h"

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

Zone require_zone(Connection& connection, std::string_view name) {
  if (auto zone = find_zone(connection, name)) return *zone;
  if (const auto above = enclosing_zone(connection, name)) {
    throw Refusal(fmt::format("there is no zone {} here; the zone that holds this name is {}", name, above->name));
  }
  throw Refusal(fmt::format("there is no zone {} here; add it with: {}", name, advice::add_zone(name)));
}

void require_server(Connection& connection, std::string_view name) {
  if (exists(connection, "SELECT 1 FROM mail_servers WHERE name = ?", name)) return;
  throw Refusal(fmt::format("there is no mail server {}; add it with: {}", name, advice::add_server(name)));
}

void require_pool(Connection& connection, std::string_view name) {
  if (exists(connection, "SELECT 1 FROM pools WHERE name = ?", name)) return;
  const FirstFew pools = first_few(connection, "SELECT name FROM pools ORDER BY name");
  throw Refusal(fmt::format(
      "there is no pool {}; {}", name,
      pools.items.empty() ? "add it with: " + advice::add_pool(name) : "the pools here are: " + in_words(pools)));
}

void require_not_delegated(Connection& connection, const Zone& zone, std::string_view name) {
  const auto cut = delegation_of(connection, zone, name);
  if (!cut) return;
  throw Refusal(fmt::format(
      "NS records at {} delegate {} to other name servers, so nothing published there would be answered; "
      "publish it there, or remove the delegation first with: {}",
      *cut, name, advice::remove_records(zone.name, *cut, "NS")));
}

void require_nothing_published(Connection& connection, const Zone& zone, std::string_view name) {
  const FirstFew published =
      first_few(connection,
                "SELECT 'the pool ' || pool || ' at ' || name || ' (' || kind || ')' FROM pool_names"
                " WHERE domain_id = ?1 AND substr('.' || name, -length(?2) - 1) = '.' || ?2"
                " ORDER BY name, kind",
                zone.id, name);
  if (published.items.empty()) return;
  throw Refusal(
      fmt::format("NS records at {} would delegate to other name servers what is published here: {}; take it out "
                  "first with: {}",
                  name, in_words(published), advice::unpublish_pool("POOL", "NAME")));
}

std::string in_words(const FirstFew& found) {
  const auto& items = found.items;
  const bool is_whole = found.total <= static_cast<std::int64_t>(items.size());
  const std::size_t shown = is_whole ? items.size() : items.size() - 1;
  std::string words;
  for (std::size_t i = 0; i < shown; ++i) {
    words += i == 0 ? "" : is_whole && i + 1 == shown ? " and " : ", ";
    words += items[i];
  }
  if (!is_whole) words += fmt::format(" and {} more", found.total - static_cast<std::int64_t>(shown));
  return words;
}

FirstFew places_of_pool(Connection& connection, std::string_view pool) {
  return first_few(connection,
                   "SELECT name || ' (' || kind || ')' FROM pool_names WHERE pool = ? ORDER BY name, kind DESC",
                   pool);
}

FirstFew pools_in_zone(Connection& connection, const Zone& zone) {
  return first_few(connection,
                   "SELECT 'the pool ' || pool || ' at ' || name || ' (' || kind || ')' FROM pool_names"
                   " WHERE domain_id = ? ORDER BY pool, name, kind",
                   zone.id);
}

void require_soa_if_published(Connection& connection, const Zone& zone) {
  const auto published = pools_in_zone(connection, zone);
  if (published.items.empty() || has_soa(read_name(connection, zone, zone.name))) return;
  throw Refusal(
      fmt::format("the zone {} would have no SOA record that can be served, and it publishes {}: its names would "
                  "answer an error; write an SOA record with it, or take the pools out first with: {}",
                  zone.name, in_words(published), advice::unpublish_pool("POOL", "NAME")));
}

}  // namespace mxbalance::db
