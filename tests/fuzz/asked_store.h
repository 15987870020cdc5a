// The store of the golden tests, asked anything. One thread.
#pragma once

#include "tests/protocol/served_store.h"

namespace mxbalance::fuzz {

/// The store's reply. A finding, unless it is JSON with one of the statuses that the protocol knows, and a 500
/// only where there is a reason for one.
remote::WrittenReply ask_store(const remote::WrittenRequest& request);

}  // namespace mxbalance::fuzz
