// The contents of the store as plain values. One read fills them in. They contain no SQL and share nothing between
// threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mxbalance::db {

// These are in the order of the words of their columns in db/columns/mail_tables.h, the first for a wrong word.
enum class ServerState { enabled, drain, disabled };
enum class Health { unknown, up, down };
enum class MxPolicy { automatic, equal, ranked };
enum class AddressPolicy { automatic, all, subset };

enum class AddressFamily { ipv4, ipv6 };

/// "IPv4" or "IPv6".
constexpr std::string_view name_of(AddressFamily family) {
  return family == AddressFamily::ipv4 ? "IPv4" : "IPv6";
}

struct Zone {
  std::int64_t id = 0;  ///< domains.id, PowerDNS's domain_id
  std::string name;     ///< canonical
};

/// The TTL of rows that have none, as in PowerDNS's default-ttl; seconds.
inline constexpr std::uint32_t default_ttl = 3600;

/// A static record. Its preference or priority is part of `content`, as PowerDNS reads it.
struct Record {
  std::string name;  ///< canonical
  std::string type;  ///< upper case, such as MX
  std::string content;
  std::uint32_t ttl = 0;  ///< seconds
};

struct MailAddress {
  std::string address;
  AddressFamily family = AddressFamily::ipv4;
  Health health = Health::unknown;
  std::int64_t came_up_at = 0;  ///< seconds since 1970, when it came up again; 0: it has been up for long
  bool is_unprobed = false;     ///< it cannot be probed from here, for example because there is no route
};

struct MailServer {
  std::string name;            ///< canonical; MX records point to it
  std::uint32_t weight = 100;  ///< 0 to 65535
  ServerState state = ServerState::enabled;
  Health health = Health::unknown;  ///< set by people and their monitors
  std::uint32_t ttl = 60;           ///< seconds; for the addresses at the host name itself
  std::int64_t came_up_at = 0;      ///< seconds since 1970, when `health` became up; 0: it has been up for long
  std::int64_t health_until = 0;    ///< seconds since 1970, when `health` becomes unknown; 0: never
  std::vector<MailAddress> addresses;
};

struct PoolMember {
  MailServer server;
  std::uint32_t preference = 10;  ///< RFC 5321 §5.1: the lowest first; members with one preference are a tier
  std::uint32_t weight = 100;     ///< in this pool: the weight of the membership, or else of the server
  std::optional<std::uint32_t> whole_weight;  ///< the final value of `weight`, during a slow start
};

struct Pool {
  std::string name;
  std::uint32_t ttl = 60;  ///< seconds
  MxPolicy mx_policy = MxPolicy::automatic;
  AddressPolicy address_policy = AddressPolicy::automatic;
  std::uint32_t max_addresses = 8;  ///< of one family in an answer, 1 to 64
  std::uint32_t min_live = 1;       ///< with fewer live members, draining ones are used, or else health is ignored
  std::uint32_t slow_start = 0;     ///< seconds until a server that came up has its full weight
  std::vector<PoolMember> members;  ///< in the order of preference and server name
};

/// A row of the store that is left out of answers because it cannot be served.
struct RowDefect {
  std::string row;      ///< which one, such as "records.id 17 (www.example.com A)"
  std::string problem;  ///< a sentence
};

/// Receives each row that is left out, when it is read.
using DefectReport = std::function<void(const RowDefect& defect)>;

/// For callers that report nothing. check() names all such rows.
inline void ignore_defect(const RowDefect& /*defect*/) {}

/// Everything that an answer for one owner name needs, from one read transaction.
struct NameContents {
  Zone zone;
  std::string name;                          ///< canonical; within `zone`
  std::vector<Record> records;               ///< static, not disabled, and readable for PowerDNS
  std::shared_ptr<const Pool> mx_pool;       ///< null: none is published
  std::shared_ptr<const Pool> address_pool;  ///< null: none is published
  std::optional<MailServer> host;            ///< the mail server whose host name this is
  bool is_delegation = false;                ///< a zone cut: NS records below the apex (RFC 1034 §4.2.1)
  bool is_below_delegation = false;          ///< glue: the zone has no authority at this name
  /// An empty non-terminal (RFC 8499). Only set for names that have nothing themselves.
  bool has_names_below = false;
  bool is_not_authoritative = false;  ///< an empty non-terminal that is in no DNSSEC chain of the zone
  /// Types whose records at the name are all defective.
  std::vector<std::string> unservable_types;
  std::vector<RowDefect> defects;
};

}  // namespace mxbalance::db
