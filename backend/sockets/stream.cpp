#include "backend/sockets/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

#include <poll.h>
#include <sys/socket.h>

namespace mxbalance::listen {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t mapped_step = db::mapped_from;

/// Bytes. Up to this size, a copy is faster than a second system call.
constexpr std::size_t longest_copied = 16'384;

constexpr std::chrono::milliseconds longest_linger{2'000};

/// Milliseconds until `until`; zero when it has passed.
int milliseconds_to(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

/// Waits until `events` occur on the socket. Returns false when they have not within `time`.
bool wait_for(int socket, short events, Clock::duration time) {
  pollfd entry{socket, events, 0};
  const auto until = Clock::now() + time;
  for (;;) {
    const int left = milliseconds_to(until);
    if (left == 0) return false;
    const int ready = ::poll(&entry, 1, left);
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

}  // namespace

SocketStream::SocketStream(int socket, const StopSignal& stop, const CurrentLimits& limits)
    : socket_(socket), stop_(stop), limits_(limits), memory_(limits_.memory(), input_of_its_own) {}

SocketStream::Event SocketStream::await_request(std::optional<Clock::time_point> until) {
  if (unread().empty()) {
    consumed_ = 0;
    buffer_.clear();
    if (buffer_.capacity() > input_of_its_own) std::string().swap(buffer_);
    memory_.release();
    held_ = 0;

    std::array<pollfd, 2> entries{{{socket_, POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}}};
    while (entries[0].revents == 0) {
      if (entries[1].revents != 0) return Event::end;
      const int ready = ::poll(entries.data(), entries.size(), until ? milliseconds_to(*until) : -1);
      if (ready < 0 && errno != EINTR) return Event::end;
      if (ready == 0) return Event::time_over;
    }
  }
  deadline_ = Clock::now() + limits_.request_time();
  return !unread().empty() || fill() == ReadOutcome::complete ? Event::request : Event::end;
}

SocketStream::Piece SocketStream::read_until(std::string_view delimiter, std::size_t limit) {
  std::size_t searched = 0;
  for (;;) {
    const auto found = unread().find(delimiter, searched);
    if (found <= limit) {
      const auto bytes = consume(found + delimiter.size()).substr(0, found);
      return {ReadOutcome::complete, bytes};
    }
    if (unread().size() >= limit + delimiter.size()) return {ReadOutcome::too_long, {}};
    searched = unread().size() - std::min(unread().size(), delimiter.size() - 1);
    if (const auto outcome = fill(); outcome != ReadOutcome::complete) return {outcome, {}};
  }
}

SocketStream::Piece SocketStream::read_exactly(std::size_t size) {
  while (unread().size() < size) {
    if (const auto outcome = fill(); outcome != ReadOutcome::complete) return {outcome, {}};
  }
  return {ReadOutcome::complete, consume(size)};
}

SocketStream::Piece SocketStream::peek() {
  if (unread().empty()) {
    if (const auto outcome = fill(); outcome != ReadOutcome::complete) return {outcome, {}};
  }
  return {ReadOutcome::complete, unread()};
}

ReadOutcome SocketStream::discard(std::size_t size) {
  for (;;) {
    size -= consume(std::min(size, unread().size())).size();
    if (size == 0) return ReadOutcome::complete;
    if (const auto outcome = fill(); outcome != ReadOutcome::complete) return outcome;
  }
}

std::string_view SocketStream::consume(std::size_t size) {
  const auto bytes = unread().substr(0, size);
  consumed_ += bytes.size();
  return bytes;
}

ReadOutcome SocketStream::fill() {
  buffer_.erase(0, consumed_);
  consumed_ = 0;
  std::array<char, 16'384> block;
  for (;;) {
    const auto size = ::recv(socket_, block.data(), block.size(), MSG_DONTWAIT);
    if (size > 0) {
      if (!make_room(static_cast<std::size_t>(size))) return ReadOutcome::no_memory;
      buffer_.append(block.data(), static_cast<std::size_t>(size));
      return ReadOutcome::complete;
    }
    if (size == 0) return ReadOutcome::closed;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return ReadOutcome::closed;
    if (!wait_for(socket_, POLLIN, deadline_ - Clock::now())) return ReadOutcome::late;
  }
}

/// Makes room in the buffer. The buffer grows only here, and the new size is taken from the budget first. Above
/// the connection's own part, it grows in steps that malloc maps, so that the memory goes back to the system when
/// it is freed.
bool SocketStream::make_room(std::size_t bytes) {
  const std::size_t needed = buffer_.size() + bytes;
  if (needed <= buffer_.capacity()) return true;
  std::size_t room = std::max(needed, buffer_.capacity() + buffer_.capacity() / 2);
  room = room <= input_of_its_own ? room : (room + mapped_step) / mapped_step * mapped_step;
  if (!hold_altogether(room + held_)) return false;
  buffer_.reserve(room);
  return true;
}

bool SocketStream::hold(std::size_t bytes) {
  if (!hold_altogether(buffer_.capacity() + bytes)) return false;
  held_ = bytes;
  return true;
}

bool SocketStream::hold_altogether(std::size_t bytes) {
  try {
    goes_first_ ? memory_.grow_anyhow_to(bytes) : memory_.grow_to(bytes);
    return true;
  } catch (const db::MemoryShortage&) {
    return false;
  }
}

bool SocketStream::send(std::string_view first, std::string_view second) const {
  if (first.size() + second.size() > longest_copied) return send(first, MSG_MORE) && send(second, 0);
  std::string both;
  both.reserve(first.size() + second.size());
  return send(both.append(first).append(second), 0);
}

bool SocketStream::send(std::string_view bytes, int flags) const {
  while (!bytes.empty()) {
    const auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT | flags);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      if (!wait_for(socket_, POLLOUT, limits_.request_time())) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void SocketStream::linger() {
  ::shutdown(socket_, SHUT_WR);
  consume(unread().size());
  deadline_ = Clock::now() + std::min(longest_linger, limits_.request_time());
  while (!is_stopping() && Clock::now() < deadline_ && fill() == ReadOutcome::complete)
    consume(unread().size());
}

}  // namespace mxbalance::listen
