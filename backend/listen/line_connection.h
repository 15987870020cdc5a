// Serves a Unix socket's requests on one connection: a JSON object a line, its reply a line, in order.
#pragma once

#include "backend/listen/conversation.h"
#include "backend/listen/trouble_log.h"
#include "backend/sockets/limits.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Returns when the connection is to be closed: the peer closed it, a line is too long or does not end in time,
/// the conversation gives no reply, or the listener stops.
void serve_lines(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                 TroubleLog& troubles);

}  // namespace mxbalance::listen
