// The contents of an owner name: its static records, the pools published there, the mail server with that host
// name, and its place in the zone. Each function reads inside the caller's transaction.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Returns the pool with a name; null when there is none.
using PoolReader = std::function<std::shared_ptr<const Pool>(Connection& connection, const std::string& name,
                                                             std::vector<RowDefect>& defects)>;

/// The PoolReader that reads each pool from the store, with read_pool().
std::shared_ptr<const Pool> read_shared_pool(Connection& connection, const std::string& name,
                                             std::vector<RowDefect>& defects);

/// Sets in `contents`, for a name without records or pools, whether it is an empty non-terminal.
using BelowReader = std::function<void(Connection& connection, NameContents& contents)>;

/// Whether the store has rows with names below the name of `contents`, in its zone.
bool has_names_below(Connection& connection, const NameContents& contents);

/// The BelowReader that searches the rows of the zone. It may have to read all of them.
void look_below_in_rows(Connection& connection, NameContents& contents);

/// Reads everything that an answer for `name` (canonical, within `zone`) needs. Pools come from `pool_reader`,
/// which may have them in memory.
NameContents read_name(Connection& connection, const Zone& zone, std::string_view name,
                       const PoolReader& pool_reader = read_shared_pool,
                       const BelowReader& look_below = look_below_in_rows);

/// Calls `visit` for every name in `zone` that has records, pools or addresses, in the byte order of the names.
/// Rows whose name is not a DNS name are left out and reported.
void for_each_name(Connection& connection, const Zone& zone, const std::function<void(NameContents&&)>& visit,
                   const DefectReport& report = ignore_defect);

/// Whether nothing is answered at the name: no record, no pool, no address of a mail server.
bool stands_empty(const NameContents& contents);

/// Whether `contents` has an SOA record that can be answered. Without one, PowerDNS does not find the zone with
/// that apex.
bool has_soa(const NameContents& contents);

/// The names in `zone` at which pools are published, and the host names of mail servers; DNS names only.
std::set<std::string> mail_names(Connection& connection, const Zone& zone,
                                 const DefectReport& report = ignore_defect);

}  // namespace mxbalance::db
