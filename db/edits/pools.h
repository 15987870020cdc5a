// Edits of pools, their members and where they are published. Each function runs inside the caller's write
// transaction; what it refuses is a Refusal that names what the pool is needed for. Names of servers and owner
// names canonical.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/store/connection.h"

namespace mxbalance::db {

/// What can be set; absent: as it is, or the store's default for a new pool. The store's rules check words and
/// ranges.
struct PoolSettings {
  std::optional<std::uint32_t> ttl;            ///< 0 to 86400 seconds
  std::optional<std::string> mx_policy;        ///< auto, equal or ranked
  std::optional<std::string> address_policy;   ///< auto, all or subset
  std::optional<std::uint32_t> max_addresses;  ///< 1 to 64
  std::optional<std::uint32_t> min_live;       ///< 1 to 65535
  std::optional<std::uint32_t> slow_start;     ///< 0 to 86400 seconds
};

struct Membership {
  std::optional<std::uint32_t> preference;  ///< 0 to 65535; absent: as it is, or 10
  std::optional<std::uint32_t> weight;      ///< in this pool, 0 to 65535; absent: as it is, or the server's own
  bool server_weight = false;               ///< the server's own weight again
};

void add_pool(Connection& connection, std::string_view name, const PoolSettings& settings);

void change_pool(Connection& connection, std::string_view name, const PoolSettings& settings);

/// Makes `server` a member, or changes its membership.
void join_pool(Connection& connection, std::string_view pool, std::string_view server,
               const Membership& membership);

/// Refused for the last member that a published pool can answer with, and unless with `force` for the last live
/// one.
void leave_pool(Connection& connection, std::string_view pool, std::string_view server, bool force);

/// Publishes the pool at `name` as `kind`: MX, or A for A and AAAA. Refused where no zone here holds the name,
/// where the pool has nothing to answer with, at a mail server's host name (A), and where static records of the
/// kind or another pool stand; with `replace` those give way in the same transaction. Returns what gave way, such
/// as "MX 10 mail.example.com" or "the pool inbound".
std::vector<std::string> publish_pool(Connection& connection, std::string_view pool, std::string_view name,
                                      std::string_view kind, bool replace);

/// What is left at a name that has lost its only MX records: by RFC 5321 §5.1 its own addresses take the mail.
enum class LeftForMail { mx, addresses, nothing };

/// Takes the pool out of `name`; absent `kind`: both. Returns where mail for the name goes then; `mx` also if it
/// did not go by MX before.
LeftForMail unpublish_pool(Connection& connection, std::string_view pool, std::string_view name,
                           const std::optional<std::string>& kind);

/// Removes the pool and its memberships; refused while it is published.
void remove_pool(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
