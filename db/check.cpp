#include "db/check.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "db/bound_statement.h"
#include "db/check_rules.h"
#include "db/schema.h"

namespace mxbalance::db {

namespace {

void check_integrity(Connection& connection, const Report& report) {
  for (const auto& problem : texts(connection, "PRAGMA integrity_check(100)")) {
    if (problem == "ok") return;
    report({"the database file", problem,
            "rows that break a rule can be corrected; a damaged file is restored from a backup, and a damaged "
            "index is "
            "rebuilt by REINDEX in the sqlite3 shell"});
  }
}

void check_schema(Connection& connection, const Report& report) {
  for (const auto& fault : faults_in(schema_differences(connection.database()))) {
    report({"the schema", in_words(fault) + ", so that rules of the store may not hold",
            remedy_of(fault, connection.database().getFilename())});
  }
}

/// Bytes of a character that begins `text`, in UTF-8; 0: there is none.
std::size_t length_of_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  const bool is_whole =
      length <= text.size() &&
      std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(length, 1)),
                  [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; });
  return is_whole ? length : 0;
}

/// A row may hold any bytes; people are shown text.
std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = length_of_character(text);
    const bool is_control =
        (text.front() >= 0 && text.front() < ' ' && text.front() != '\n') || text.front() == 0x7f;
    const std::size_t taken = std::max<std::size_t>(length, 1);
    shown += length == 0 || is_control ? std::string_view("?") : text.substr(0, taken);
    text.remove_prefix(taken);
  }
  return shown;
}

}  // namespace

void check_with(Connection& connection, std::span<const std::string_view> rules, const Report& report) {
  for (const auto rule : rules) {
    SQLite::Statement& rows = connection.statement(rule);
    while (rows.executeStep()) {
      report({rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getString()});
    }
  }
}

std::vector<std::string> additions_to(Connection& connection) {
  std::vector<std::string> additions;
  for (const auto& difference : schema_differences(connection.database())) {
    if (difference.kind == SchemaDifference::Kind::added) additions.push_back(printable(in_words(difference)));
  }
  return additions;
}

void check(Connection& connection, const Report& report_printable) {
  const Report report = [&](const Finding& finding) {
    report_printable({printable(finding.subject), printable(finding.problem), printable(finding.remedy)});
  };
  check_integrity(connection, report);
  check_log(connection, report);
  check_schema(connection, report);
  check_zones(connection, report);
  check_names(connection, report);
  check_international_names(connection, report);
  check_contents(connection, report);
  check_pools(connection, report);
  check_targets(connection, report);
  check_addresses(connection, report);
  check_spf(connection, report);
}

}  // namespace mxbalance::db
