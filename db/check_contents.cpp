#include <optional>

#include "db/bound_statement.h"
#include "db/check_rules.h"
#include "db/contents/record_content.h"
#include "db/contents/record_types.h"
#include "db/record_rows.h"

namespace mxbalance::db {

namespace {

/// What is wrong with the row (id, name, type, prio, content), if anything.
std::optional<std::string> row_problem(const SQLite::Statement& row, std::string_view type,
                                       PowerDnsVersions versions) {
  const std::string content = record_content(type, row.getColumn(3), row.getColumn(4));
  if (const auto problem = content_problem(type, content, versions))
    return "PowerDNS cannot parse \"" + content + "\": " + *problem + "; it is left out of answers";
  const std::string stored = row.getColumn(4).getString();
  if (type == "SOA" && content != stored) {
    return "PowerDNS cannot parse \"" + stored + "\"; it is served as \"" + content +
           "\", as PowerDNS's own SQLite backend fails on every record at the zone's name";
  }
  return std::nullopt;
}

}  // namespace

void check_contents(Connection& connection, const Report& report) {
  auto& rows =
      connection.statement("SELECT id, name, type, prio, content FROM records WHERE type <> '' AND disabled = 0");
  while (rows.executeStep()) {
    const std::string type = canonical_type(rows.getColumn(2).getString());
    const auto problem = row_problem(rows, type, connection.powerdns());
    if (!problem) continue;
    const std::string id = std::to_string(rows.getColumn(0).getInt64());
    const std::string name = rows.getColumn(1).getString();
    report({std::string("records.id ").append(id).append(" (").append(name).append(" ").append(type).append(")"),
            *problem, "correct it, or delete it: DELETE FROM records WHERE id = " + id});
  }
}

}  // namespace mxbalance::db
