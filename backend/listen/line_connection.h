// Serves requests on one connection of a Unix socket. Each request is one line with a JSON object, and each reply
// is one line, in the same order.
#pragma once

#include "backend/listen/conversation.h"
#include "backend/listen/trouble_log.h"
#include "backend/sockets/limits.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Returns when the connection must be closed: the client closed it, a line is too long or does not end in time,
/// the conversation gives no reply, or the listener stops.
void serve_lines(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                 TroubleLog& troubles);

}  // namespace mxbalance::listen
