// Waits between two requests of a conversation. Used by one thread at a time.
#pragma once

#include "backend/listen/conversation.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Waits for the next request. Returns false when there will be none.
bool await_request(SocketStream& stream, Conversation& conversation);

}  // namespace mxbalance::listen
