#include "db/lookup/references.h"

#include "db/base/errors.h"
#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

Zone require_zone(Connection& connection, std::string_view name) {
  if (auto zone = find_zone(connection, name)) return *zone;
  std::string sentence = "there is no zone " + std::string(name) + " here";
  if (const auto above = enclosing_zone(connection, name)) {
    throw Refusal(sentence + "; the zone that holds this name is " + above->name);
  }
  throw Refusal(sentence + "; add it with: mxbalance zone add " + std::string(name) + " --ns NAME");
}

void require_server(Connection& connection, std::string_view name) {
  if (exists(connection, "SELECT 1 FROM mail_servers WHERE name = ?", name)) return;
  throw Refusal("there is no mail server " + std::string(name) + "; add it with: mxbalance server add " +
                std::string(name) + " --address ADDRESS");
}

void require_pool(Connection& connection, std::string_view name) {
  if (exists(connection, "SELECT 1 FROM pools WHERE name = ?", name)) return;
  const FirstFew pools = first_few(connection, "SELECT name FROM pools ORDER BY name");
  throw Refusal("there is no pool " + std::string(name) +
                (pools.items.empty() ? "; add it with: mxbalance pool add " + std::string(name)
                                     : "; the pools here are: " + in_words(pools)));
}

void require_not_delegated(Connection& connection, const Zone& zone, std::string_view name) {
  const auto cut = delegation_of(connection, zone, name);
  if (!cut) return;
  throw Refusal(
      "NS records at " + *cut + " delegate " + std::string(name) +
      " to other name servers, so nothing published there would be answered; publish it there, or remove " +
      "the delegation first with: mxbalance zone records " + zone.name + " remove " + *cut + " NS");
}

void require_nothing_published(Connection& connection, const Zone& zone, std::string_view name) {
  const FirstFew published =
      first_few(connection,
                "SELECT 'the pool ' || pool || ' at ' || name || ' (' || kind || ')' FROM pool_names"
                " WHERE domain_id = ?1 AND substr('.' || name, -length(?2) - 1) = '.' || ?2"
                " ORDER BY name, kind",
                zone.id, name);
  if (published.items.empty()) return;
  throw Refusal("NS records at " + std::string(name) +
                " would delegate to other name servers what is published here: " + in_words(published) +
                "; take it out first with: mxbalance pool unpublish POOL NAME");
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
  if (!is_whole) words += " and " + std::to_string(found.total - static_cast<std::int64_t>(shown)) + " more";
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
  throw Refusal("the zone " + zone.name + " would have no SOA record that can be served, and it publishes " +
                in_words(published) +
                ": its names would answer an error; write an SOA record with it, or take the pools out first with:"
                " mxbalance pool unpublish POOL NAME");
}

}  // namespace mxbalance::db
