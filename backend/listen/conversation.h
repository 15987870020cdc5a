// The interface that answers the requests of a connection. Used by one thread at a time. Every connection has its
// own conversation.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/listen/byte_source.h"
#include "backend/listen/http_message.h"

namespace mxbalance::listen {

class Conversation {
 public:
  virtual ~Conversation() = default;

  /// The time at which idle_too_long() is called if no request arrives. Absent: never.
  virtual std::optional<std::chrono::steady_clock::time_point> idle_until() const { return std::nullopt; }
  virtual void idle_too_long() {}
  /// Whether the connection must be closed after the last reply.
  virtual bool is_over() const { return false; }

  /// Whether its requests must not be refused because of memory.
  [[nodiscard]] virtual bool goes_first() const { return false; }

  /// Called when the last reply was sent, or cannot be sent. The conversation can release the reply's memory.
  virtual void reply_is_gone() {}

  /// Answers one HTTP request. The views in `request` are valid during the call.
  virtual HttpReply http(const HttpRequest& request) = 0;

  /// Answers one line of a Unix socket. Neither the line nor the reply has its newline. Absent: the connection is
  /// closed without a reply.
  virtual std::optional<std::string> line(std::string_view json) = 0;

  /// Whether JSON that begins with `beginning` is passed to the two functions below, which read it while it
  /// arrives.
  [[nodiscard]] virtual bool reads_in_pieces(std::string_view /*beginning*/) const { return false; }
  virtual HttpReply http_in_pieces(ByteSource& /*json*/) { return {500, ""}; }
  virtual std::optional<std::string> line_in_pieces(ByteSource& /*json*/) { return std::nullopt; }
};

/// Called once for each connection, on the connection's own thread; several threads may call it at once. Never
/// returns null.
using ConversationFactory = std::function<std::unique_ptr<Conversation>()>;

}  // namespace mxbalance::listen
