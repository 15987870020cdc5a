#include "backend/listen/awaiting.h"

namespace mxbalance::listen {

bool await_request(SocketStream& stream, Conversation& conversation) {
  stream.go_first(conversation.goes_first());
  for (;;) {
    const auto event = stream.await_request(conversation.idle_until());
    if (event != SocketStream::Event::time_over) return event == SocketStream::Event::request;
    conversation.idle_too_long();
    if (conversation.is_over()) return false;
  }
}

}  // namespace mxbalance::listen
