// Between two requests of a conversation. One thread at a time.
#pragma once

#include "backend/listen/conversation.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Waits for the next request. False: there will be none.
bool await_request(SocketStream& stream, Conversation& conversation);

}  // namespace mxbalance::listen
