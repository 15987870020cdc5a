// What stands at an owner name: its static records, the pools published there, the mail server whose host name it
// is, and where it lies in its zone. Each function reads inside the caller's transaction.
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

/// Gives the pool of a name; null when there is none.
using PoolReader = std::function<std::shared_ptr<const Pool>(Connection& connection, const std::string& name,
                                                             std::vector<RowDefect>& defects)>;

/// What read_pool() reads.
std::shared_ptr<const Pool> read_shared_pool(Connection& connection, const std::string& name,
                                             std::vector<RowDefect>& defects);

/// Finds out whether a name at which nothing stands is an empty non-terminal.
using BelowReader = std::function<void(Connection& connection, NameContents& contents)>;

/// Whether rows have names below that of `contents`, in its zone.
bool has_names_below(Connection& connection, const NameContents& contents);

/// By the rows of the zone alone, all of which it may have to read.
void look_below_in_rows(Connection& connection, NameContents& contents);

/// Everything that an answer for `name` (canonical, within `zone`) needs. Pools come from `pool_reader`, which may
/// know them already.
NameContents read_name(Connection& connection, const Zone& zone, std::string_view name,
                       const PoolReader& pool_reader = read_shared_pool,
                       const BelowReader& look_below = look_below_in_rows);

/// Calls `visit` for every name in `zone` at which something stands, in the byte order of the names. Rows whose
/// name is no DNS name are left out.
void for_each_name(Connection& connection, const Zone& zone, const std::function<void(NameContents&&)>& visit,
                   const DefectReport& report = ignore_defect);

/// Whether nothing that is answered stands at the name: no record, no pool, no address of a mail server.
bool stands_empty(const NameContents& contents);

/// Whether an SOA record that is answered is among the records: without one PowerDNS does not find the zone whose
/// apex the name is.
bool has_soa(const NameContents& contents);

/// The names in `zone` at which pools are published, and the host names of mail servers; DNS names only.
std::set<std::string> mail_names(Connection& connection, const Zone& zone,
                                 const DefectReport& report = ignore_defect);

}  // namespace mxbalance::db
