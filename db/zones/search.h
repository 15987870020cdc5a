// A search over all zones, as PowerDNS's API offers it. In a pattern `*` stands for any characters and `?` for
// one; case does not count, nor does a trailing dot.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Calls `visit` for each name that matches, or at which a static record's content does, until it returns false:
/// names of static records, those at which pools are published, and mail servers' host names, in their order. Rows
/// of which the name, or the zone's, is no DNS name are left out. Reads inside the caller's transaction.
void search_names(Connection& connection, std::string_view pattern,
                  const std::function<bool(const Zone&, const std::string&)>& visit,
                  const DefectReport& report = ignore_defect);

/// Whether a name or a content (as in a zone file; with or without its preference) matches.
bool matches(std::string_view pattern, std::string_view type, std::string_view name, std::string_view content);

}  // namespace mxbalance::db
