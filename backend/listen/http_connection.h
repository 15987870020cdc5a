// Serves PowerDNS's HTTP requests on one connection. There are no routes: every request goes to the conversation.
#pragma once

#include "backend/listen/conversation.h"
#include "backend/listen/trouble_log.h"
#include "backend/sockets/limits.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Serves any number of requests, with any time between them. Returns when the connection must be closed: the
/// client closed it or asked for it, a request is not valid HTTP, or the listener stops.
void serve_http(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                TroubleLog& troubles);

}  // namespace mxbalance::listen
