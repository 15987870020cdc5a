// The parts of check(), by subject. Only db/check*.cpp looks inside.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "db/check/finding.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// A log that is not taken over into the database.
void check_names_of_file(Connection& connection, const Report& report);
void check_log(Connection& connection, const Report& report);

/// Zones, the names and types of records, and rows without their zone.
void check_zones(Connection& connection, const Report& report);

/// Names that are no DNS names, primaries that are no addresses, and TSIG keys that PowerDNS cannot use.
void check_names(Connection& connection, const Report& report);

/// Names of zones and records with letters outside ASCII, or other octets that need an escape.
void check_international_names(Connection& connection, const Report& report);

/// Pools, mail servers, where they are published, and what stands beside them.
void check_pools(Connection& connection, const Report& report);

/// MX, NS and SRV records and members of pools: what they point to.
void check_targets(Connection& connection, const Report& report);

/// Addresses of mail servers.
void check_addresses(Connection& connection, const Report& report);

/// Contents that PowerDNS cannot parse.
void check_contents(Connection& connection, const Report& report);

/// SPF mechanisms that expand to what a pool answers (RFC 7208 §5.3 and §5.4).
void check_spf(Connection& connection, const Report& report);

/// Values that `import` would not take from a file that `export` writes, or that `export` cannot write.
void check_exported(Connection& connection, const Report& report);

/// `text` as SQL has it, for remedies.
std::string literal(std::string_view text);

/// Runs rules that are SQL: each row is a finding's subject, problem and remedy.
void check_with(Connection& connection, std::span<const std::string_view> rules, const Report& report);

}  // namespace mxbalance::db
