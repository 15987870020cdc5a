#include <optional>
#include <string>
#include <vector>

#include "db/base/text.h"
#include "db/check/rules.h"
#include "db/contents/record_content.h"
#include "db/contents/record_types.h"
#include "db/lookup/lookup.h"
#include "db/lookup/record_rows.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

struct ContentProblem {
  std::string text;
  bool is_left_out = true;
  std::string remedy;  ///< empty: the remedy for a wrong content
};

bool is_enabled(const SQLite::Statement& row) {
  return row.getColumn(9).getInt() == 1;
}

/// What is wrong with the ttl of the row (id, name, type, prio, content, ttl). Absent: nothing.
std::optional<ContentProblem> row_ttl_problem(const SQLite::Statement& row) {
  const auto ttl = row.getColumn(5);
  const auto seconds = record_ttl(ttl);
  if (seconds && (ttl.isNull() || (ttl.isInteger() && ttl.getInt64() == *seconds))) return std::nullopt;
  ContentProblem problem{
      ttl_problem(ttl), !seconds,
      "UPDATE records SET ttl = 3600 WHERE id = " + std::to_string(row.getColumn(0).getInt64())};
  if (seconds && is_enabled(row)) problem.text += "; it is served with " + std::to_string(*seconds);
  return problem;
}

/// The remedy for a record where no special one is known.
std::string remedy(const SQLite::Statement& row, const std::string& type) {
  const bool is_of_primary = row.getColumn(8).getInt() == 1;
  const std::string name = row.getColumn(1).getString();
  if (is_of_primary) return "change it at the zone's primary: " + name + " " + type;
  return "correct it, or delete it: DELETE FROM records WHERE id = " + std::to_string(row.getColumn(0).getInt64());
}

std::optional<ContentProblem> row_content_problem(const SQLite::Statement& row, std::string_view type,
                                                  PowerDnsVersions versions) {
  const std::string content = record_content(type, row.getColumn(3), row.getColumn(4));
  if (const auto problem = content_problem(type, content, versions)) {
    const auto priority = priority_problem(type, row.getColumn(3));
    return ContentProblem{priority ? *priority : "PowerDNS cannot parse \"" + content + "\": " + *problem, true,
                          ""};
  }
  const std::string stored = row.getColumn(4).getString();
  if (type == "SOA" && content != stored) {
    return ContentProblem{"PowerDNS cannot parse \"" + stored + "\"; it is served as \"" + content +
                              "\", as PowerDNS's own SQLite backend fails on every record at the zone's name",
                          false, ""};
  }
  return std::nullopt;
}

std::optional<ContentProblem> row_priority_problem(const SQLite::Statement& row, std::string_view type) {
  const auto priority = row.getColumn(3);
  const std::string content = row.getColumn(4).getString();
  if (!has_two_priorities(type, priority.getString(), content)) return std::nullopt;
  const std::string shown = priority.isInteger() ? priority.getString() : db::quoted(priority.getString());
  const auto [own, rest] = split_priority(type, content);
  return ContentProblem{
      "its prio is " + shown + ", and its content \"" + content +
          "\" has a number of its own, which is the one that counts; PowerDNS's own SQLite backend "
          "fails on every record at the name",
      false,
      "UPDATE records SET prio = " + std::to_string(own) + ", content = " + literal(rest) +
          " WHERE id = " + row.getColumn(0).getString()};
}

/// The effect of a record that is left out, for a sentence.
std::string left_out(Connection& connection, const Zone& zone, std::string_view name, std::string_view type) {
  const bool is_down = type == "SOA" && name == zone.name && !has_soa(read_name(connection, zone, zone.name));
  if (!is_down) return "; it is left out of answers";
  return "; without it the zone " + zone.name + " is not served: its names answer an error (SERVFAIL)";
}

}  // namespace

void check_contents(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT r.id, r.name, r.type, r.prio, r.content, r.ttl, d.id, lower(d.name),"
      " coalesce(upper(d.type) = 'SLAVE', 0), coalesce(r.disabled = 0, 0)"
      " FROM records r LEFT JOIN domains d ON d.id = r.domain_id WHERE r.type <> ''");
  while (rows.executeStep()) {
    const std::string type = canonical_type(rows.getColumn(2).getString());
    const std::string id = std::to_string(rows.getColumn(0).getInt64());
    const std::string name = rows.getColumn(1).getString();
    const Zone zone{rows.getColumn(6).getInt64(), rows.getColumn(7).getString()};
    for (const auto& problem : {row_ttl_problem(rows), row_content_problem(rows, type, connection.powerdns()),
                                row_priority_problem(rows, type)}) {
      if (!problem) continue;
      const std::string outcome = !problem->is_left_out ? ""
                                  : is_enabled(rows)    ? left_out(connection, zone, name, type)
                                                        : "; it is disabled, and mxbalance import would refuse it";
      report({std::string("records.id ").append(id).append(" (").append(name).append(" ").append(type).append(")"),
              problem->text + outcome, problem->remedy.empty() ? remedy(rows, type) : problem->remedy});
    }
  }
}

}  // namespace mxbalance::db
