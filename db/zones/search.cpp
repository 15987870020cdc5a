#include "db/zones/search.h"

#include <fnmatch.h>

#include "db/contents/record_content.h"
#include "db/dns/names.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// Translates `pattern` for another matcher: characters that are special to it get a backslash, and a trailing dot
/// is removed, because names in the store have none.
std::string translated(std::string_view pattern, std::string_view special, std::string_view any,
                       std::string_view one) {
  if (pattern.ends_with('.')) pattern.remove_suffix(1);
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      text += any;
    } else if (c == '?') {
      text += one;
    } else {
      if (special.find(c) != std::string_view::npos) text += '\\';
      text += c;
    }
  }
  return text;
}

}  // namespace

void search_names(Connection& connection, std::string_view pattern,
                  const std::function<bool(const Zone&, const std::string&)>& visit, const DefectReport& report) {
  auto& rows = bound(connection,
                     "SELECT d.id, lower(d.name), n.name FROM"
                     " (SELECT name, domain_id FROM records WHERE type <> '' AND disabled = 0"
                     "   AND (name LIKE ?1 ESCAPE '\\' OR content LIKE ?1 ESCAPE '\\')"
                     "  UNION SELECT name, domain_id FROM pool_names WHERE name LIKE ?1 ESCAPE '\\'"
                     "  UNION SELECT name, domain_id FROM mail_servers WHERE name LIKE ?1 ESCAPE '\\') n"
                     " JOIN domains d ON d.id = n.domain_id ORDER BY n.name, d.id",
                     translated(pattern, "%_\\", "%", "_"));
  bool goes_on = true;
  while (goes_on && rows.executeStep()) {
    const Zone zone{rows.getColumn(0).getInt64(), rows.getColumn(1).getString()};
    const std::string name = rows.getColumn(2).getString();
    if (const auto problem = name_problem(name)) {
      report({"a row of the zone " + zone.name, *problem});
    } else if (!zone_name_problem(zone.name)) {
      goes_on = visit(zone, name);
    }
  }
  rows.reset();
}

bool matches(std::string_view pattern, std::string_view type, std::string_view name, std::string_view content) {
  const std::string glob = translated(pattern, "[]\\", "*", "?");
  const auto is_match = [&](std::string_view text) {
    return fnmatch(glob.c_str(), std::string(text).c_str(), FNM_CASEFOLD) == 0;
  };
  return is_match(name) || is_match(content) || is_match(split_priority(type, content).second);
}

}  // namespace mxbalance::db
