// Reads requests from a connection's socket and writes replies to it, within the limits of bytes and time. One
// thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "backend/listen/limits.h"
#include "backend/listen/stop_signal.h"

namespace mxbalance::listen {

enum class ReadOutcome {
  complete,
  too_long,  ///< more bytes than allowed
  late,      ///< the request's time is over
  closed,    ///< the peer closed or reset the connection
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

  /// Reads `size` bytes and drops them.
  ReadOutcome discard(std::size_t size);

  /// False: the peer is gone, or took nothing for the time of a request.
  [[nodiscard]] bool send(std::string_view bytes) const;

  /// To be called before a close from our side: ends our side, and drops what still comes until the peer closes,
  /// for a short time. Without it unread input makes the kernel reset the connection, and the peer may lose the
  /// reply.
  void linger();

  [[nodiscard]] bool is_stopping() const { return stop_.is_raised(); }

 private:
  ReadOutcome fill();
  [[nodiscard]] std::string_view unread() const { return std::string_view(buffer_).substr(consumed_); }
  std::string_view consume(std::size_t size);

  int socket_;
  const StopSignal& stop_;
  const CurrentLimits& limits_;
  std::string buffer_;
  std::size_t consumed_ = 0;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace mxbalance::listen
