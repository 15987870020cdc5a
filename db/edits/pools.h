// Edits pools, their members, and the names at which they are published. Each function runs inside the caller's
// write transaction. A Refusal names what the pool is needed for. Server names and owner names are canonical.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/columns/column.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// `settings` are columns of columns::pools. Absent ones stay unchanged, or get the defaults of the store for a
/// new pool. The rules of the store check them.
void add_pool(Connection& connection, std::string_view name, const ColumnValues& settings);
void change_pool(Connection& connection, std::string_view name, const ColumnValues& settings);

/// Makes `server` a member, or changes its membership. `settings` are columns of columns::pool_members. Absent
/// ones stay unchanged, or get the defaults of the store for a new member.
void join_pool(Connection& connection, std::string_view pool, std::string_view server,
               const ColumnValues& settings);

/// Removes `server` from the pool. Throws Refusal where no other member of a published pool can be answered.
/// Without `force`, throws Refusal also for the last live member.
void leave_pool(Connection& connection, std::string_view pool, std::string_view server, bool force);

/// Publishes the pool at `name` as `kind`: MX, or A for A and AAAA. Throws Refusal where no zone of the store
/// holds the name, where the pool has nothing to answer with, or, for A, at a mail server's host name. Static
/// records of the kind, or another pool, at the name are a Refusal; with `replace` they are removed in the same
/// transaction. Returns what was removed, such as "MX 10 mail.example.com" or "the pool inbound".
std::vector<std::string> publish_pool(Connection& connection, std::string_view pool, std::string_view name,
                                      std::string_view kind, bool replace);

/// What receives mail for a name after its MX records are removed. RFC 5321 §5.1: without MX records, mail goes to
/// the name's own addresses.
enum class LeftForMail { mx, addresses, nothing };

/// Unpublishes the pool at `name`. Absent `kind`: MX and A. Returns where mail for the name goes then; `mx` also
/// when mail did not go by MX before.
LeftForMail unpublish_pool(Connection& connection, std::string_view pool, std::string_view name,
                           const std::optional<std::string>& kind);

/// Removes the pool and its memberships. Throws Refusal while it is published.
void remove_pool(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
