// Serves PowerDNS's HTTP requests on one connection. There are no routes: every request goes to the conversation.
#pragma once

#include <string>
#include <string_view>

#include "backend/listen/conversation.h"
#include "backend/listen/trouble_log.h"
#include "backend/sockets/limits.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Serves any number of requests, with any time between them. Returns when the connection must be closed: the
/// client closed it or asked for it, a request is not valid HTTP, or the listener stops.
void serve_http(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                TroubleLog& troubles);

/// The body {"error": sentence}. `sentence` must not contain characters that JSON would escape.
std::string error_body(std::string_view sentence);

/// A whole reply with such a body, for a client that is refused before its request is read.
std::string http_refusal(int status, std::string_view sentence);

}  // namespace mxbalance::listen
