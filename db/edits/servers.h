// Edits mail servers. Each function runs inside the caller's write transaction. A Refusal names what the server is
// needed for. The rules of the store check words and ranges. `settings` are columns of columns::mail_servers.
// Absent ones stay unchanged, or get the defaults of the store for a new server. A null `probe` sets all settings
// of probes that are not given to the defaults of `mxbalance serve`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/columns/column.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// A change of addresses. They are in the form of canonical_address().
struct AddressChange {
  std::optional<std::vector<std::string>> all;  ///< the complete new list
  std::vector<std::string> added;
  std::vector<std::string> removed;
};

/// Adds a server; `name` is canonical. Static A, AAAA and CNAME records at the name are a Refusal; with `replace`
/// they are removed. With `replace` and without `addresses`, the server gets the addresses of the removed records;
/// Refusal where there are none. Returns what was removed, such as "A 192.0.2.1".
std::vector<std::string> add_server(Connection& connection, std::string_view name, const ColumnValues& settings,
                                    const std::vector<std::string>& addresses, bool replace);

/// Changes a server. A new health without a reason clears the old reason. Without `force`, throws Refusal where
/// the last live address of the last live server of a published pool would be removed.
void change_server(Connection& connection, std::string_view name, const ColumnValues& settings,
                   const AddressChange& addresses, bool force);

/// Sets the state: enabled, drain or disabled. An absent `reason` clears the old one, unless the old one says why
/// the server is down. Without `force`, throws Refusal for the last live server of a published pool.
void set_server_state(Connection& connection, std::string_view name, std::string_view state,
                      const std::optional<std::string>& reason, bool force);

/// Removes the server and its addresses. Throws Refusal while it is a member of a pool.
void remove_server(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
