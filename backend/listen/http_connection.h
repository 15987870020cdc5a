// Serves PowerDNS's HTTP requests on one connection. There are no routes: every request goes to the conversation.
#pragma once

#include <string>
#include <string_view>

#include "backend/listen/conversation.h"
#include "backend/listen/trouble_log.h"
#include "backend/sockets/limits.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// Returns when the connection is to be closed: the peer closed it or asked for it, a request broke the framing,
/// or the listener stops. Any number of requests, with any time between them.
void serve_http(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                TroubleLog& troubles);

/// {"error": sentence}. `sentence` holds no character that JSON would escape.
std::string error_body(std::string_view sentence);

/// The bytes of a reply to whoever is refused unheard, with such a body.
std::string http_refusal(int status, std::string_view sentence);

}  // namespace mxbalance::listen
