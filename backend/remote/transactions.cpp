// Transactions. They are staged on their connection and written at their commit, all or nothing.
#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/lookup/zones.h"
#include "db/zones/zone_transaction.h"

namespace mxbalance::remote {

std::string start_transaction(Service& service, const Call& call) {
  if (call.transaction) {
    service.requests_log.tell(
        ServiceLog::Kind::refused,
        fmt::format("the transaction in the zone {} was not ended before another one, and is dropped",
                    call.transaction->zone().name));
    call.transaction.reset();
  }
  const std::int64_t id = call.parameters.number("domain_id", -1);
  const bool replaces = id >= 0;
  const db::Zone zone = require_zone(service, call.parameters, "domain", id);
  bool is_from_primary = false;
  read(service, [&](db::Connection& connection) { is_from_primary = db::is_secondary(connection, zone); });
  call.transaction.emplace(service.options.memory, db::ZoneTransaction{zone, replaces, {}, is_from_primary});
  return result("true");
}

/// Does nothing: empty non-terminals are derived from the names in the zone.
std::string feed_nonterminals(Service& /*service*/, const Call& call) {
  require_open(call.transaction);
  return result("true");
}

std::string commit_transaction(Service& service, const Call& call) {
  OpenTransaction& open = require_open(call.transaction);
  try {
    open.require_sound();
    service.database.write(
        [&](db::Connection& connection) { write_without_generated(connection, open.writes()); });
  } catch (...) {
    call.transaction.reset();
    throw;
  }
  service.log->debug("the zone {} was written in a transaction", open.zone().name);
  call.transaction.reset();
  return result("true");
}

/// Drops the transaction, if one is open. After an error PowerDNS aborts on a new connection, which has none.
std::string abort_transaction(Service& /*service*/, const Call& call) {
  call.transaction.reset();
  return result("true");
}

}  // namespace mxbalance::remote
