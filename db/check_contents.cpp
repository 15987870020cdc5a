#include <optional>

#include "db/bound_statement.h"
#include "db/check_rules.h"
#include "db/dns/record_content.h"

namespace mxbalance::db {

void check_contents(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT id, name, upper(type), prio, content FROM records WHERE type <> '' AND NOT coalesce(disabled, 0)");
  while (rows.executeStep()) {
    const std::string type = rows.getColumn(2).getString();
    std::optional<std::int64_t> priority;
    if (!rows.isColumnNull(3)) priority = rows.getColumn(3).getInt64();
    const std::string content = content_with_priority(type, priority, rows.getColumn(4).getString());
    const auto problem = content_problem(type, content);
    if (!problem) continue;
    const std::string id = std::to_string(rows.getColumn(0).getInt64());
    const std::string name = rows.getColumn(1).getString();
    report({std::string("records.id ").append(id).append(" (").append(name).append(" ").append(type).append(")"),
            "PowerDNS cannot parse \"" + content + "\": " + *problem + "; it is left out of answers",
            "correct it, or delete it: DELETE FROM records WHERE id = " + id});
  }
}

}  // namespace mxbalance::db
