// Records that pools and mail servers speak for, when PowerDNS's tools write them: what is equal to what is
// generated is left out, anything else is refused. Stateless; safe from any thread.
#pragma once

#include "db/store/connection.h"
#include "db/zones/zone_transaction.h"

namespace mxbalance::remote {

/// Passes what is to be written of `transaction`, and leaves out the records that are generated anyway, so that
/// what a tool has listed can be loaded again. The filter throws Refusal, naming the pool or the mail server and
/// the command to use, where others are written. It reads inside the caller's transaction, what it is asked about
/// first before anything is written, and `connection` and `transaction` must outlive it.
db::WriteFilter without_generated(db::Connection& connection, const db::ZoneTransaction& transaction);

}  // namespace mxbalance::remote
