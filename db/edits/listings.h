// What people list: zones, mail servers and pools as rows for a table, words as the store has them. A list is
// handed out row by row, so that a million rows need the memory of one. Each function reads inside the caller's
// transaction; where the thing asked for does not exist, it throws Refusal.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct ZoneListing {
  std::string name;
  std::string kind;                     ///< NATIVE, MASTER or SLAVE
  std::optional<std::uint32_t> serial;  ///< absent: no SOA record that can be read
  std::int64_t records = 0;             ///< static ones
  std::int64_t published = 0;           ///< names at which pools are published
};

struct PublishedName {
  std::string name;
  std::string kind;  ///< MX, or A for A and AAAA
  std::string pool;
};

/// The first rows of a list, and how many there are.
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
  Excerpt<std::string> mail_servers;  ///< whose host names lie in the zone
};

struct ServerListing {
  std::string name;
  std::string state;
  std::string health;            ///< its own
  std::string reason;            ///< of that, or of its state
  std::string effective_health;  ///< of the server with its addresses
  std::string effective_reason;
  std::int64_t weight = 0;
  std::int64_t ttl = 0;         ///< seconds
  std::int64_t changed_at = 0;  ///< seconds since 1970: the last change of weight, state or health
  struct Address {
    std::string address;
    std::string health;
    std::string reason;
    std::optional<std::int64_t> unprobed_since;  ///< seconds since 1970: no probe of it could be made since
  };
  std::vector<Address> addresses;
  std::vector<std::string> pools;
  std::optional<std::int64_t> health_until;  ///< seconds since 1970: its own health is unknown from then on
  /// Seconds since 1970: resolvers have forgotten it; absent: it is enabled, or it is draining and yet answered.
  std::optional<std::int64_t> safe_at;
  std::optional<std::int64_t>
      kept_until;                      ///< seconds since 1970: as long they may have it in answers that they keep
  std::vector<std::string> answering;  ///< published pools that answer it although it is draining
  std::vector<std::string> published;  ///< those of `pools` that are published
  struct Probe {                       ///< absent: the default of `mxbalance serve`
    std::optional<std::string> kind;
    std::optional<std::int64_t> port;
    std::optional<double> interval;  ///< seconds
    std::optional<double> timeout;   ///< seconds
    std::optional<std::int64_t> rise;
    std::optional<std::int64_t> fall;
    std::optional<std::string> tls;
  };
  Probe probe;
};

struct PoolListing {
  std::string name;
  std::int64_t ttl = 0;  ///< seconds
  std::string mx_policy;
  std::string address_policy;
  std::int64_t max_addresses = 0;
  std::int64_t min_live = 0;
  std::int64_t slow_start = 0;  ///< seconds
  std::int64_t members = 0;
  std::int64_t published = 0;  ///< names at which it is published, MX and A each counted
};

/// A row of the view pool_status: who would be answered now, and why not the others.
struct MemberStatus {
  std::string server;
  std::int64_t preference = 0;
  std::int64_t weight = 0;
  std::string mx;    ///< yes or no
  std::string a;     ///< yes, no, or - where it has no such address
  std::string aaaa;  ///< as `a`
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

/// In the order of their names, as all lists here.
void for_each_zone_listing(Connection& connection, const std::function<void(const ZoneListing&)>& visit);

/// With at most `limit` published names and mail servers.
ZoneDetails zone_details(Connection& connection, std::string_view name, std::int64_t limit);

/// The zone's static records, with those that are switched off.
void for_each_record(Connection& connection, std::string_view zone,
                     const std::function<void(const RecordListing&)>& visit);

void for_each_server_listing(Connection& connection, const std::function<void(const ServerListing&)>& visit);
ServerListing server_listing(Connection& connection, std::string_view name);

void for_each_pool_listing(Connection& connection, const std::function<void(const PoolListing&)>& visit);

/// The members of all pools in one query, as the view counts all pools whenever it is asked; or those of one pool,
/// which may not exist.
using VisitMember = std::function<void(std::string_view pool, const MemberStatus&)>;
void for_each_member_status(Connection& connection, const VisitMember& visit);
void for_each_member_status(Connection& connection, std::string_view pool, const VisitMember& visit);

/// With at most `limit` published names.
PoolDetails pool_details(Connection& connection, std::string_view name, std::int64_t limit);

}  // namespace mxbalance::db
