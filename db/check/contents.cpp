#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "db/base/advice.h"
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
  ContentProblem problem{ttl_problem(ttl), !seconds,
                         fmt::format("UPDATE records SET ttl = 3600 WHERE id = {}", row.getColumn(0).getInt64())};
  if (seconds && is_enabled(row)) problem.text += fmt::format("; it is served with {}", *seconds);
  return problem;
}

/// The remedy for a record where no special one is known.
std::string remedy(const SQLite::Statement& row, const std::string& type) {
  const bool is_of_primary = row.getColumn(8).getInt() == 1;
  const std::string name = row.getColumn(1).getString();
  if (is_of_primary) return fmt::format("change it at the zone's primary: {} {}", name, type);
  return fmt::format("correct it, or delete it: DELETE FROM records WHERE id = {}", row.getColumn(0).getInt64());
}

std::optional<ContentProblem> row_content_problem(const SQLite::Statement& row, std::string_view type,
                                                  PowerDnsVersions versions) {
  const std::string content = record_content(type, row.getColumn(3), row.getColumn(4));
  if (const auto problem = content_problem(type, content, versions)) {
    const auto priority = priority_problem(type, row.getColumn(3));
    return ContentProblem{
        priority ? *priority : fmt::format("PowerDNS cannot parse \"{}\": {}", content, *problem), true, ""};
  }
  const std::string stored = row.getColumn(4).getString();
  if (type == "SOA" && content != stored) {
    return ContentProblem{
        fmt::format(
            "PowerDNS cannot parse \"{}\"; it is served as \"{}\", as PowerDNS's own SQLite backend fails on "
            "every record at the zone's name",
            stored, content),
        false, ""};
  }
  return std::nullopt;
}

std::optional<ContentProblem> row_priority_problem(const SQLite::Statement& row, std::string_view type) {
  const auto priority = row.getColumn(3);
  const std::string content = row.getColumn(4).getString();
  if (!has_two_priorities(type, priority.getString(), content)) return std::nullopt;
  const auto [own, rest] = split_priority(type, content);
  return ContentProblem{
      fmt::format("its prio is {}, and its content \"{}\" has a number of its own, which is the one that counts; "
                  "PowerDNS's own SQLite backend fails on every record at the name",
                  shown(priority), content),
      false,
      fmt::format("UPDATE records SET prio = {}, content = {} WHERE id = {}", own, literal(rest),
                  row.getColumn(0).getString())};
}

/// The effect of a record that is left out, for a sentence.
std::string left_out(Connection& connection, const Zone& zone, std::string_view name, std::string_view type) {
  const bool is_down = type == "SOA" && name == zone.name && !has_soa(read_name(connection, zone, zone.name));
  if (!is_down) return "; it is left out of answers";
  return fmt::format("; without it the zone {} is not served: its names answer an error (SERVFAIL)", zone.name);
}

}  // namespace

void check_contents(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT r.id, r.name, r.type, r.prio, r.content, r.ttl, d.id, lower(d.name),"
      " coalesce(upper(d.type) = 'SLAVE', 0), coalesce(r.disabled = 0, 0)"
      " FROM records r LEFT JOIN domains d ON d.id = r.domain_id WHERE r.type <> ''");
  while (rows.executeStep()) {
    const std::string type = canonical_type(rows.getColumn(2).getString());
    const std::string name = rows.getColumn(1).getString();
    const Zone zone{rows.getColumn(6).getInt64(), rows.getColumn(7).getString()};
    for (const auto& problem : {row_ttl_problem(rows), row_content_problem(rows, type, connection.powerdns()),
                                row_priority_problem(rows, type)}) {
      if (!problem) continue;
      const std::string outcome =
          !problem->is_left_out ? ""
          : is_enabled(rows)    ? left_out(connection, zone, name, type)
                                : fmt::format("; it is disabled, and {} would refuse it", advice::import_file);
      report({fmt::format("records.id {} ({} {})", rows.getColumn(0).getInt64(), name, type),
              problem->text + outcome, problem->remedy.empty() ? remedy(rows, type) : problem->remedy});
    }
  }
}

}  // namespace mxbalance::db
