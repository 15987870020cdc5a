// The search over all zones that PowerDNS's API offers. In a pattern, `*` stands for any characters and `?` for
// one character. Upper and lower case are equal, and a trailing dot is ignored.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Calls `visit` for each name that matches, or that has a static record whose content matches, until `visit`
/// returns false. The names are those of static records, those where pools are published, and the host names of
/// mail servers, in order. Rows are left out when their name, or their zone's name, is not a DNS name. Reads
/// inside the caller's transaction.
void search_names(Connection& connection, std::string_view pattern,
                  const std::function<bool(const Zone&, const std::string&)>& visit,
                  const DefectReport& report = ignore_defect);

/// Whether a name or a content matches. The content is written as in a zone file; its preference may be left out.
bool matches(std::string_view pattern, std::string_view type, std::string_view name, std::string_view content);

}  // namespace mxbalance::db
