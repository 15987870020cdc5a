#include "db/check/check.h"

#include <string_view>

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>

#include "db/check/rules.h"
#include "db/schema/schema.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

void check_integrity(Connection& connection, const Report& report) {
  for (const auto& problem : texts(connection, "PRAGMA integrity_check(100)")) {
    if (problem == "ok") return;
    report({"the database file", problem,
            "rows that break a rule can be corrected; a damaged file is restored from a backup, and a damaged "
            "index is rebuilt by REINDEX in the sqlite3 shell"});
  }
}

void check_schema(Connection& connection, const Report& report) {
  for (const auto& fault : faults_in(schema_differences(connection.database()))) {
    report({"the schema", fmt::format("{}, so that rules of the store may not hold", in_words(fault)),
            remedy_of(fault, connection.database().getFilename())});
  }
}

}  // namespace

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

void check_with(Connection& connection, std::span<const Rule> rules, const Report& report) {
  for (const auto& rule : rules) {
    SQLite::Statement& rows = connection.statement(rule.query);
    while (rows.executeStep())
      report(rule.finding(RuleRow(rows)));
  }
}

std::string misspelling(const RuleRow& row) {
  return row.is("is_blob") ? "its name is stored as a BLOB: it must be text, or it is not found"
                           : "its name must be in lower case without a trailing dot, or it is not found";
}

std::vector<std::string> additions_to(Connection& connection) {
  std::vector<std::string> additions;
  for (const auto& difference : schema_differences(connection.database())) {
    if (difference.kind == SchemaDifference::Kind::added) additions.push_back(in_words(difference));
  }
  return additions;
}

void check(Connection& connection, const Report& report) {
  check_integrity(connection, report);
  check_names_of_file(connection, report);
  check_log(connection, report);
  check_schema(connection, report);
  check_zones(connection, report);
  check_names(connection, report);
  check_international_names(connection, report);
  check_contents(connection, report);
  check_exported(connection, report);
  check_pools(connection, report);
  check_targets(connection, report);
  check_addresses(connection, report);
  check_spf(connection, report);
}

}  // namespace mxbalance::db
