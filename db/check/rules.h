// The parts of check(), by subject. Only used in db/check/.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "db/check/finding.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The names of the file (hard links), and a log that is not copied into the database.
void check_names_of_file(Connection& connection, const Report& report);
void check_log(Connection& connection, const Report& report);

/// Zones, the names and types of records, and rows without their zone.
void check_zones(Connection& connection, const Report& report);

/// Names that are not DNS names, primaries that are not addresses, and TSIG keys that PowerDNS cannot use.
void check_names(Connection& connection, const Report& report);

/// Names of zones and records with letters outside ASCII, or with other octets that need an escape.
void check_international_names(Connection& connection, const Report& report);

/// Pools, mail servers, the names where they are published, and static records at these names.
void check_pools(Connection& connection, const Report& report);

/// The targets of MX, NS and SRV records, and of the members of pools.
void check_targets(Connection& connection, const Report& report);

/// Addresses of mail servers.
void check_addresses(Connection& connection, const Report& report);

/// Contents that PowerDNS cannot parse.
void check_contents(Connection& connection, const Report& report);

/// SPF mechanisms that depend on the answers of a pool (RFC 7208 §5.3 and §5.4).
void check_spf(Connection& connection, const Report& report);

/// Values in a file of `export` that `import` would refuse, or that `export` cannot write.
void check_exported(Connection& connection, const Report& report);

/// `text` as an SQL literal, for remedies.
std::string literal(std::string_view text);

/// A row of a rule's query. Columns are read by their names.
class RuleRow {
 public:
  explicit RuleRow(const SQLite::Statement& row) : row_(row) {}

  /// The value as text; empty for NULL.
  std::string operator[](const char* column) const { return row_.getColumn(column).getString(); }
  bool has(const char* column) const { return !row_.getColumn(column).isNull(); }
  /// Whether the value is a number other than 0.
  bool is(const char* column) const { return row_.getColumn(column).getInt() != 0; }

 private:
  const SQLite::Statement& row_;
};

/// A fault that SQL finds: a query of the rows that have it, and what is said of such a row.
struct Rule {
  std::string_view query;
  Finding (*finding)(const RuleRow& row);
};

/// Reports the findings of the rules, in their order.
void check_with(Connection& connection, std::span<const Rule> rules, const Report& report);

/// What is wrong with a name that is not written as the store has it. The column `is_blob` of the row says whether
/// it is a BLOB.
std::string misspelling(const RuleRow& row);

}  // namespace mxbalance::db
