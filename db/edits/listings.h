// Lists zones, mail servers and pools as rows of a table, with the words of the store. A list is passed on row by
// row, so that a million rows need the memory of one. Each function reads inside the caller's transaction. Throws
// Refusal where the named zone, server or pool does not exist.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/columns/column.h"
#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct ZoneListing {
  std::string name;
  std::string kind;                     ///< NATIVE, MASTER or SLAVE
  std::optional<std::uint32_t> serial;  ///< absent: no readable SOA record
  std::int64_t records = 0;             ///< how many static records
  std::int64_t published = 0;           ///< how many names at which pools are published
};

struct PublishedName {
  std::string name;
  std::string kind;  ///< MX, or A for A and AAAA
  std::string pool;
};

/// The first rows of a list, and the number of all rows.
template <typename Row>
struct Excerpt {
  std::vector<Row> rows;
  std::int64_t total = 0;
};

struct ZoneDetails {
  ZoneListing listing;
  std::string soa;  ///< content; empty: none
  std::vector<std::string> name_servers;
  Excerpt<PublishedName> published;
  Excerpt<std::string> mail_servers;  ///< mail servers with a host name in the zone
};

struct ServerListing {
  std::string name;
  ColumnValues columns;          ///< of columns::mail_servers; health and reason are the server's own
  std::string effective_health;  ///< the health of the server and its addresses together
  std::string effective_reason;
  std::int64_t changed_at = 0;  ///< seconds since 1970: the last change of weight, state or health
  struct Address {
    std::string address;
    std::string health;
    std::string reason;
    std::optional<std::int64_t> unprobed_since;  ///< seconds since 1970: it cannot be probed since then
  };
  std::vector<Address> addresses;
  std::vector<std::string> pools;
  std::optional<std::int64_t> health_until;  ///< seconds since 1970: when `health` becomes unknown
  /// Seconds since 1970, when no resolver has the server in its cache any more. Absent while it is enabled, or
  /// draining and still in answers.
  std::optional<std::int64_t> safe_at;
  std::optional<std::int64_t> kept_until;  ///< seconds since 1970: resolvers may cache it until then
  std::vector<std::string> answering;      ///< published pools that have it in answers although it drains
  std::vector<std::string> published;      ///< those of `pools` that are published
};

struct PoolListing {
  std::string name;
  ColumnValues columns;  ///< of columns::pools
  std::int64_t members = 0;
  std::int64_t published = 0;  ///< how many names it is published at; MX and A count separately
};

/// A row of the view pool_status: which members would be answered now, and why the others would not.
struct MemberStatus {
  std::string server;
  std::int64_t preference = 0;
  std::int64_t weight = 0;
  std::string mx;    ///< yes or no
  std::string a;     ///< yes, no, or - where it has no IPv4 address
  std::string aaaa;  ///< yes, no, or - where it has no IPv6 address
  std::string why;
};

struct PoolDetails {
  PoolListing listing;
  std::vector<MemberStatus> members;
  Excerpt<PublishedName> published;
};

struct RecordListing {
  Record record;
  bool is_disabled = false;
};

/// Calls `visit` for each zone, in the order of their names. All lists here are in this order.
void for_each_zone_listing(Connection& connection, const std::function<void(const ZoneListing&)>& visit);

/// The details of a zone, with at most `limit` published names and mail servers.
ZoneDetails zone_details(Connection& connection, std::string_view name, std::int64_t limit);

/// Calls `visit` for each static record of the zone, also for disabled ones.
void for_each_record(Connection& connection, std::string_view zone,
                     const std::function<void(const RecordListing&)>& visit);

void for_each_server_listing(Connection& connection, const std::function<void(const ServerListing&)>& visit);
ServerListing server_listing(Connection& connection, std::string_view name);

void for_each_pool_listing(Connection& connection, const std::function<void(const PoolListing&)>& visit);

/// Calls `visit` for the members of all pools, or of one pool, which need not exist. For all pools it uses one
/// query, because the view computes all pools each time.
using VisitMember = std::function<void(std::string_view pool, const MemberStatus&)>;
void for_each_member_status(Connection& connection, const VisitMember& visit);
void for_each_member_status(Connection& connection, std::string_view pool, const VisitMember& visit);

/// The details of a pool, with at most `limit` published names.
PoolDetails pool_details(Connection& connection, std::string_view name, std::int64_t limit);

}  // namespace mxbalance::db
