// What the store holds, as plain values: one read fills them, and they say nothing of SQL. No thread rule: each is
// a value of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mxbalance::db {

enum class ServerState { enabled, drain, disabled };
enum class Health { unknown, up, down };
enum class AddressFamily { ipv4, ipv6 };

/// "IPv4" or "IPv6".
constexpr std::string_view name_of(AddressFamily family) {
  return family == AddressFamily::ipv4 ? "IPv4" : "IPv6";
}

enum class MxPolicy { automatic, equal, ranked };
enum class AddressPolicy { automatic, all, subset };

struct Zone {
  std::int64_t id = 0;  ///< domains.id, PowerDNS's domain_id
  std::string name;     ///< canonical
};

/// Of rows without one: PowerDNS's default-ttl, seconds.
inline constexpr std::uint32_t default_ttl = 3600;

/// A static record, with its preference or priority inside `content` as PowerDNS reads it.
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
  std::int64_t came_up_at = 0;  ///< seconds since 1970: it was down before; 0: it has been up for long
  bool is_unprobed = false;     ///< no probe of it can be made from here, such as for want of a route
};

struct MailServer {
  std::string name;            ///< canonical; MX records point to it
  std::uint32_t weight = 100;  ///< 0 to 65535
  ServerState state = ServerState::enabled;
  Health health = Health::unknown;  ///< set by people and their monitors
  std::uint32_t ttl = 60;           ///< of the host name's own addresses, seconds
  std::int64_t came_up_at = 0;      ///< seconds since 1970, by its own health; 0: it has been up for long
  std::int64_t health_until = 0;    ///< seconds since 1970: its own health is unknown from then on; 0: no end
  std::vector<MailAddress> addresses;
};

struct PoolMember {
  MailServer server;
  std::uint32_t preference = 10;  ///< RFC 5321 §5.1: the lowest is tried first. Members that share one are a tier
  std::uint32_t weight = 100;     ///< in this pool: the membership's own, else the server's
  std::optional<std::uint32_t> whole_weight;  ///< while `weight` rises: what it will be
};

struct Pool {
  std::string name;
  std::uint32_t ttl = 60;  ///< seconds
  MxPolicy mx_policy = MxPolicy::automatic;
  AddressPolicy address_policy = AddressPolicy::automatic;
  std::uint32_t max_addresses = 8;  ///< of one family in an answer, 1 to 64
  std::uint32_t min_live = 1;  ///< fewer live members than this: draining ones help out, or health is not believed
  std::uint32_t slow_start = 0;     ///< seconds until a server that came up has its whole weight
  std::vector<PoolMember> members;  ///< in the order of preference and server name
};

/// A row of the store that is left out of answers, because what it says cannot be served.
struct RowDefect {
  std::string row;      ///< which one, such as "records.id 17 (www.example.com A)"
  std::string problem;  ///< a sentence
};

/// Takes the rows that are left out, as they are met.
using DefectReport = std::function<void(const RowDefect& defect)>;

/// For who has nobody to tell; check() names them all.
inline void ignore_defect(const RowDefect& /*defect*/) {}

/// Everything that an answer for one owner name needs, from one read transaction.
struct NameContents {
  Zone zone;
  std::string name;                          ///< canonical; within `zone`
  std::vector<Record> records;               ///< static and enabled, each one that PowerDNS can parse
  std::shared_ptr<const Pool> mx_pool;       ///< null: none is published
  std::shared_ptr<const Pool> address_pool;  ///< null: none is published
  std::optional<MailServer> host;            ///< the mail server whose host name this is
  bool is_delegation = false;                ///< a zone cut: NS records below the apex (RFC 1034 §4.2.1)
  bool is_below_delegation = false;          ///< glue: the zone has no authority here
  bool has_names_below =
      false;  ///< decided only where nothing stands at the name: an empty non-terminal (RFC 8499)
  bool is_outside_chain = false;  ///< an empty non-terminal of which no DNSSEC record of the zone speaks
  /// Types whose records at the name are all among the defects.
  std::vector<std::string> unservable_types;
  std::vector<RowDefect> defects;
};

}  // namespace mxbalance::db
