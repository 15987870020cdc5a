// Edits of mail servers. Each function runs inside the caller's write transaction; what it refuses is a Refusal
// that names what the server is needed for. Words such as states are the store's own, and its rules check them and
// all ranges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/store/connection.h"

namespace mxbalance::db {

/// What can be set; absent: as it is, or the store's default for a new server.
struct ServerSettings {
  std::optional<std::uint32_t> weight;  ///< 0 to 65535
  std::optional<std::uint32_t> ttl;     ///< of the host name's own addresses, 0 to 86400 seconds
  std::optional<std::string> health;    ///< unknown, up or down
  std::optional<std::string> reason;    ///< why it has this health or state; free text
};

/// Addresses as canonical_address() makes them.
struct AddressChange {
  std::optional<std::vector<std::string>> all;  ///< these and no others
  std::vector<std::string> added;
  std::vector<std::string> removed;
};

/// `name`: canonical. With `replace`, static A, AAAA and CNAME records at the name give way, and without
/// `addresses` the server takes those of the A and AAAA records, or is refused where there are none; without
/// `replace` records are a Refusal. Returns what gave way, such as "A 192.0.2.1".
std::vector<std::string> add_server(Connection& connection, std::string_view name, const ServerSettings& settings,
                                    const std::vector<std::string>& addresses, bool replace);

/// Refused where it takes the last live address of the last live server of a published pool, unless with `force`.
void change_server(Connection& connection, std::string_view name, const ServerSettings& settings,
                   const AddressChange& addresses, bool force);

/// `state`: enabled, drain or disabled. An absent `reason` clears the old one, unless it tells why the server is
/// down. Refused for the last live server of a published pool, unless with `force`.
void set_server_state(Connection& connection, std::string_view name, std::string_view state,
                      const std::optional<std::string>& reason, bool force);

/// Removes the server and its addresses; refused while it is a member of a pool.
void remove_server(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
