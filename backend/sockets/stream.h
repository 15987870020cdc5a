// Reads requests from a connection's socket and writes replies to it, within the limits of bytes and time. One
// thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "backend/sockets/limits.h"
#include "backend/sockets/stop_signal.h"

namespace mxbalance::listen {

enum class ReadOutcome {
  complete,
  too_long,   ///< more bytes than allowed
  late,       ///< the request's time is over
  closed,     ///< the peer closed or reset the connection
  no_memory,  ///< more than the connection's own part, and nothing is left of the budget
};

class SocketStream {
 public:
  /// `socket` stays the caller's; it, `stop` and `limits` must outlive the stream.
  SocketStream(int socket, const StopSignal& stop, const CurrentLimits& limits);

  enum class Event {
    request,    ///< its first byte is there, and its time has started
    time_over,  ///< nothing came until then
    end,        ///< the peer closed, or the stop signal is raised and no byte is there
  };

  /// Waits for the first byte of a request, at no cost; for ever if `until` is absent.
  Event await_request(std::optional<std::chrono::steady_clock::time_point> until = std::nullopt);

  struct Piece {
    ReadOutcome outcome = ReadOutcome::complete;
    std::string_view bytes;  ///< if complete; holds until the next read
  };

  /// Reads up to and with `delimiter`; the piece is what stands before it, at most `limit` bytes.
  Piece read_until(std::string_view delimiter, std::size_t limit);
  Piece read_exactly(std::size_t size);

  /// What is there of the next bytes, at least one of them; they are not consumed.
  Piece peek();
  /// Whether some of it has come already, with what was read before.
  [[nodiscard]] bool has_more() const { return !unread().empty(); }
  void skip(std::size_t size) { consume(size); }

  /// Reads `size` bytes and drops them.
  ReadOutcome discard(std::size_t size);

  /// False: the peer is gone, or took nothing for the time of a request.
  [[nodiscard]] bool send(std::string_view bytes) const { return send(bytes, 0); }
  /// One after the other. Neither is copied if it is long.
  [[nodiscard]] bool send(std::string_view first, std::string_view second) const;

  /// To be called before a close from our side: ends our side, and drops what still comes until the peer closes,
  /// for a short time. Without it unread input makes the kernel reset the connection, and the peer may lose the
  /// reply.
  void linger();

  /// What is read from now on is never refused for want of memory, up to the limits of one request.
  void go_first(bool is_first) { goes_first_ = is_first; }

  /// Takes `bytes` of the budget for what the caller makes of the request, until the next one. False: it is used
  /// up.
  [[nodiscard]] bool hold(std::size_t bytes);

  [[nodiscard]] bool is_stopping() const { return stop_.is_raised(); }

 private:
  ReadOutcome fill();
  bool make_room(std::size_t bytes);
  bool hold_altogether(std::size_t bytes);
  [[nodiscard]] std::string_view unread() const { return std::string_view(buffer_).substr(consumed_); }
  std::string_view consume(std::size_t size);
  [[nodiscard]] bool send(std::string_view bytes, int flags) const;

  int socket_;
  const StopSignal& stop_;
  const CurrentLimits& limits_;
  db::MemoryShare memory_;
  bool goes_first_ = false;
  std::string buffer_;
  std::size_t held_ = 0;  ///< for the caller
  std::size_t consumed_ = 0;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace mxbalance::listen
