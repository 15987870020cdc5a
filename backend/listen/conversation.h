// What stands behind a connection: it gets each request and gives the reply. One thread at a time; every
// connection has a conversation of its own.
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

  /// Until when the conversation may be left alone; idle_too_long() is called then. Absent: for ever.
  virtual std::optional<std::chrono::steady_clock::time_point> idle_until() const { return std::nullopt; }
  virtual void idle_too_long() {}
  /// Whether the connection is to be closed, after the reply that was given last.
  virtual bool is_over() const { return false; }

  /// Whether its requests must not be refused for want of memory.
  [[nodiscard]] virtual bool goes_first() const { return false; }

  /// Called when the last reply has been sent, or cannot be: what it held of memory is free.
  virtual void reply_is_gone() {}

  /// Answers one HTTP request. The views in `request` hold for the call.
  virtual HttpReply http(const HttpRequest& request) = 0;

  /// Answers one line of a Unix socket; neither has its newline. Absent: the connection is closed without a reply.
  virtual std::optional<std::string> line(std::string_view json) = 0;

  /// Whether the JSON that begins with `beginning` is to be given to the functions below, which read it as it
  /// comes.
  [[nodiscard]] virtual bool reads_in_pieces(std::string_view /*beginning*/) const { return false; }
  virtual HttpReply http_in_pieces(ByteSource& /*json*/) { return {500, ""}; }
  virtual std::optional<std::string> line_in_pieces(ByteSource& /*json*/) { return std::nullopt; }
};

/// Called once for each connection, on the connection's own thread, so from several threads at once. Never null.
using ConversationFactory = std::function<std::unique_ptr<Conversation>()>;

}  // namespace mxbalance::listen
