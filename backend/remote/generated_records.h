// Records that pools and mail servers speak for, when PowerDNS's tools write them: what is equal to what is
// generated is left out, anything else is refused. Stateless; safe from any thread.
#pragma once

#include "db/connection.h"
#include "db/zone_transaction.h"

namespace mxbalance::remote {

/// Takes the records out of `transaction` that are generated anyway, so that what a tool has listed can be loaded
/// again. Throws Refusal, naming the pool or the mail server and the command to use, where others are written.
/// Reads inside the caller's transaction.
void leave_out_generated(db::Connection& connection, db::ZoneTransaction& transaction);

}  // namespace mxbalance::remote
