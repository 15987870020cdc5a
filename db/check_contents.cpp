#include "db/bound_statement.h"
#include "db/check_rules.h"
#include "db/dns/record_content.h"
#include "db/dns/record_types.h"
#include "db/record_rows.h"

namespace mxbalance::db {

void check_contents(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT id, name, type, prio, content FROM records WHERE type <> '' AND NOT coalesce(disabled, 0)");
  while (rows.executeStep()) {
    const std::string type = canonical_type(rows.getColumn(2).getString());
    const std::string content = record_content(type, rows.getColumn(3), rows.getColumn(4));
    const auto problem = content_problem(type, content, connection.powerdns());
    if (!problem) continue;
    const std::string id = std::to_string(rows.getColumn(0).getInt64());
    const std::string name = rows.getColumn(1).getString();
    report({std::string("records.id ").append(id).append(" (").append(name).append(" ").append(type).append(")"),
            "PowerDNS cannot parse \"" + content + "\": " + *problem + "; it is left out of answers",
            "correct it, or delete it: DELETE FROM records WHERE id = " + id});
  }
}

}  // namespace mxbalance::db
