#include "db/edits/last_live.h"

#include <algorithm>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/edits/health.h"
#include "db/lookup/references.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

// The pools and kinds that have no live server except server ?1, if it would not be live in state ?2. ?3: only
// this pool.
constexpr std::string_view kept_live = R"(
  WITH counting (pool, kind, server, state, counts) AS (
    SELECT m.pool, k.kind, t.server, t.state,
           CASE k.kind WHEN 'MX' THEN t.mx ELSE max(coalesce(t.a, 0), coalesce(t.aaaa, 0)) END
             > CASE t.state WHEN 'enabled' THEN 0 WHEN 'drain' THEN 1 ELSE 2 END
      FROM pool_members m JOIN server_standings t ON t.server = m.server
      JOIN (SELECT 'MX' AS kind UNION ALL SELECT 'A') k
     WHERE EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = m.pool AND n.kind = k.kind))
  SELECT c.pool || '/' || c.kind FROM counting c
   WHERE c.server = ?1 AND c.counts AND c.state <> ?2 AND (?3 = '' OR c.pool = ?3)
     AND NOT EXISTS (SELECT 1 FROM counting o
                      WHERE o.pool = c.pool AND o.kind = c.kind AND o.server <> c.server AND o.counts)
   ORDER BY 1)";

std::vector<std::string> places_kept_live(Connection& connection, std::string_view server,
                                          std::string_view in_state, std::string_view in_pool) {
  expire_health(connection);
  return texts(connection, kept_live, server, in_state, in_pool);
}

[[noreturn]] void refuse_for(Connection& connection, const std::string& place, const std::string& what,
                             std::string_view consequence) {
  const std::string pool = place.substr(0, place.find('/'));
  throw Refusal(fmt::format(
      "{} of the pool {}, which is published at {}: {}; wait until another one is up, or do it all the "
      "same with --force",
      what, pool, in_words(places_of_pool(connection, pool)), consequence));
}

constexpr std::string_view only_down = "mail would be sent only to those that are down";

}  // namespace

void require_other_live(Connection& connection, std::string_view server, std::string_view state) {
  const auto places = places_kept_live(connection, server, state, "");
  if (places.empty()) return;
  refuse_for(connection, places.front(), fmt::format("{} is the last live server", server),
             state == "drain" ? "while all others are down, mail would still be sent to it, or only to those"
                              : only_down);
}

void require_other_live_member(Connection& connection, std::string_view pool, std::string_view server) {
  const auto places = places_kept_live(connection, server, "", pool);
  if (places.empty()) return;
  refuse_for(connection, places.front(), fmt::format("{} is the last live server", server), only_down);
}

void refuse_last_member(Connection& connection, std::string_view pool, std::string_view server) {
  throw Refusal(fmt::format(
      "{} is the last enabled member of the pool {}, which is published at {}, and mail would have nowhere "
      "to go; enable or join another member first, or take the pool out with: {}",
      server, pool, in_words(places_of_pool(connection, pool)), advice::unpublish_pool(pool, "NAME")));
}

LiveAddressRule::LiveAddressRule(Connection& connection, std::string_view server)
    : connection_(connection), server_(server), places_(places()) {}

std::vector<std::string> LiveAddressRule::places() const {
  return places_kept_live(connection_, server_, "", "");
}

void LiveAddressRule::require_live() const {
  const auto left = places();
  for (const auto& place : places_) {
    if (std::find(left.begin(), left.end(), place) != left.end()) continue;
    refuse_for(connection_, place,
               fmt::format("this is the last live address of {}, the last live server", server_), only_down);
  }
}

}  // namespace mxbalance::db
