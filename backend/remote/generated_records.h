// Handles writes of PowerDNS's tools to records that pools and mail servers answer. A record equal to the
// generated one is not stored. A different record is refused. Stateless; safe from any thread.
#pragma once

#include "db/store/connection.h"
#include "db/zones/zone_transaction.h"

namespace mxbalance::remote {

/// A filter for the writes of `transaction` that leaves out records which are generated anyway, so that a tool can
/// load a zone that it has listed. The filter throws Refusal where other records are written; the refusal names
/// the pool or the mail server and the command to use. It reads inside the caller's transaction; it must be asked
/// about all writes before anything is written. `connection` and `transaction` must outlive it.
db::WriteFilter without_generated(db::Connection& connection, const db::ZoneTransaction& transaction);

}  // namespace mxbalance::remote
