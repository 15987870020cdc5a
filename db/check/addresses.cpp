#include "db/dns/addresses.h"

#include <map>
#include <string>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/check/rules.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// The CHECK on addresses allows several spellings of an IPv6 address.
void check_spellings(Connection& connection, const Report& report) {
  struct Seen {
    std::string server;
    std::string address;
  };
  std::map<std::string, Seen> seen;
  auto& rows = connection.statement(
      "SELECT server, address FROM mail_addresses WHERE address GLOB '*:*' ORDER BY server, address");
  while (rows.executeStep()) {
    const Seen row{rows.getColumn(0).getString(), rows.getColumn(1).getString()};
    const auto shortest = canonical_address(row.address);
    if (!shortest) continue;
    const auto [first, is_new] = seen.emplace(*shortest, row);
    if (is_new || first->second.address == row.address) continue;
    report({fmt::format("mail_addresses {} {}", row.server, row.address),
            fmt::format("it is {} of {} in another spelling", first->second.address, first->second.server),
            fmt::format("DELETE FROM mail_addresses WHERE server = {} AND address = {}", literal(row.server),
                        literal(row.address))});
  }
}

void check_reach(Connection& connection, const Report& report) {
  auto& rows = connection.statement("SELECT server, address FROM mail_addresses");
  while (rows.executeStep()) {
    const std::string server = rows.getColumn(0).getString();
    const std::string address = rows.getColumn(1).getString();
    const auto kind = unreachable_kind(address);
    if (!kind) continue;
    report({fmt::format("mail_addresses {} {}", server, address),
            fmt::format("it is {}, which no sender reaches", *kind), advice::replace_address(server, address)});
  }
}

}  // namespace

void check_addresses(Connection& connection, const Report& report) {
  check_spellings(connection, report);
  check_reach(connection, report);
}

}  // namespace mxbalance::db
