// Reads requests from a connection's socket and writes replies to it, within limits of size and time. Used by one
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
  late,       ///< the time limit of the request has passed
  closed,     ///< the client closed or reset the connection
  no_memory,  ///< the memory budget is used up
};

class SocketStream {
 public:
  /// The caller keeps `socket` open. `socket`, `stop` and `limits` must outlive the stream.
  SocketStream(int socket, const StopSignal& stop, const CurrentLimits& limits);

  enum class Event {
    request,    ///< its first byte has arrived, and its time limit has started
    time_over,  ///< no byte arrived before `until`
    end,        ///< the client closed, or the stop signal is raised and no byte has arrived
  };

  /// Waits for the first byte of a request, without using CPU. Absent `until`: for any time.
  Event await_request(std::optional<std::chrono::steady_clock::time_point> until = std::nullopt);

  struct Piece {
    ReadOutcome outcome = ReadOutcome::complete;
    std::string_view bytes;  ///< if complete; valid until the next read
  };

  /// Reads up to `delimiter` and consumes it. The piece is the text before it, at most `limit` bytes.
  Piece read_until(std::string_view delimiter, std::size_t limit);
  Piece read_exactly(std::size_t size);

  /// The bytes that have arrived, at least one. They are not consumed.
  Piece peek();
  /// Whether bytes have been read already that are not consumed.
  [[nodiscard]] bool has_more() const { return !unread().empty(); }
  void skip(std::size_t size) { consume(size); }

  /// Reads `size` bytes and drops them.
  ReadOutcome discard(std::size_t size);

  /// Returns false when the client has closed, or has taken no byte for the time limit of a request.
  [[nodiscard]] bool send(std::string_view bytes) const { return send(bytes, 0); }
  /// Sends both texts in order. Long texts are not copied.
  [[nodiscard]] bool send(std::string_view first, std::string_view second) const;

  /// Call it before this side closes the connection. Ends this side, and reads and drops bytes for a short time
  /// until the client closes. Without this, unread bytes make the kernel reset the connection, and the client may
  /// lose the reply.
  void linger();

  /// Sets whether reads are never refused because of memory, up to the limits of one request.
  void go_first(bool is_first) { goes_first_ = is_first; }

  /// Takes `bytes` of the budget for the caller's own use, until the next request. Returns false when the budget
  /// is used up.
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
  std::size_t held_ = 0;  ///< bytes that the caller has taken with hold()
  std::size_t consumed_ = 0;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace mxbalance::listen
