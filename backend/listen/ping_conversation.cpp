#include "backend/listen/ping_conversation.h"

#include "backend/listen/http_reply.h"
#include "backend/listen/ping.h"

namespace mxbalance::listen {

namespace {

constexpr int questions_of_ping = 2;

}  // namespace

/// Closes the connection. Ping closes it itself after its questions.
void PingConversation::idle_too_long() {
  is_over_ = true;
  if (answered_ == 0) static_cast<void>(refuse_());
}

bool PingConversation::answers(std::string_view request) {
  const bool is_of_ping_here = is_of_ping(request);
  is_over_ = !is_of_ping_here || ++answered_ >= questions_of_ping;
  return is_of_ping_here;
}

HttpReply PingConversation::http(const HttpRequest& request) {
  if (answers(request.body)) return behind_->http(request);
  return {503, error_body(refuse_())};
}

std::optional<std::string> PingConversation::line(std::string_view json) {
  if (answers(json)) return behind_->line(json);
  static_cast<void>(refuse_());
  return std::nullopt;
}

}  // namespace mxbalance::listen
