// Checks that the objects that a command names exist, and that nothing forbids the change. Refusals list the first
// few names and the number of the others. Each function reads inside the caller's transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/bound_statement.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The zone with the apex `name` (canonical). Throws Refusal where there is none.
Zone require_zone(Connection& connection, std::string_view name);

/// Throws Refusal where there is no such mail server.
void require_server(Connection& connection, std::string_view name);

/// Throws Refusal where there is no such pool.
void require_pool(Connection& connection, std::string_view name);

/// Throws Refusal where NS records in `zone` delegate `name`: other name servers answer for names at or below a
/// zone cut (RFC 1034 §4.2.1).
void require_not_delegated(Connection& connection, const Zone& zone, std::string_view name);

/// Throws Refusal where a pool is published at or below `name` in `zone`: a delegation at `name` would hide it.
void require_nothing_published(Connection& connection, const Zone& zone, std::string_view name);

struct FirstFew {
  static constexpr std::size_t most = 6;
  std::vector<std::string> items;  ///< at most `most`
  std::int64_t total = 0;
};

/// The first column of the first rows, as text, and the number of all rows.
template <typename... Values>
FirstFew first_few(Connection& connection, std::string_view sql, const Values&... values) {
  SQLite::Statement& rows = bound(connection, sql, values...);
  FirstFew found;
  while (rows.executeStep()) {
    if (found.items.size() < FirstFew::most) found.items.push_back(rows.getColumn(0).getString());
    ++found.total;
  }
  return found;
}

/// The list in words: "a", "a and b", "a, b and c", or "a, b, c, d, e and 95 more".
std::string in_words(const FirstFew& found);

/// Where a pool is published: "example.com (MX)". Empty when it is not published.
FirstFew places_of_pool(Connection& connection, std::string_view pool);

/// The pools published in a zone: "the pool inbound at example.com (MX)". Empty when there are none.
FirstFew pools_in_zone(Connection& connection, const Zone& zone);

/// Throws Refusal where pools are published in `zone` and it has no SOA record that can be served: lookups of
/// their names would fail. Call it at the end of a change of records, because scripts and PowerDNS delete an SOA
/// record before they insert the next one.
void require_soa_if_published(Connection& connection, const Zone& zone);

}  // namespace mxbalance::db
