// Finds where an HTTP/1.x request begins and ends (RFC 9112). It is strict: a doubtful request is refused and the
// connection closed, so that no byte of one request is read as part of the next. httplib is not used for this: it
// reads `Content-Length: abc` as 0, does not expect a body with GET, cuts a target at '#', and does not know where
// a request ends that it refuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// A request that is answered with an error, without the conversation.
struct Refusal {
  int status = 400;
  std::string sentence;  ///< contains no character that JSON would escape
  bool closes = true;    ///< the start of the next request is unknown
};

/// A body over the limit is read and dropped if it is at most this many times the limit.
inline constexpr std::size_t drained_bodies = 8;

struct RequestHead {
  std::string verb;
  std::string target;       ///< raw: any byte above 0x20, except 0x7f
  std::string_view fields;  ///< the header lines, separated by CRLF; part of parse_head's text
  bool is_http_1_0 = false;
  bool is_chunked = false;        ///< RFC 9112 §7.1
  std::uint64_t body_length = 0;  ///< bytes, unless chunked
};

/// `text` is the head of a request, without the CRLF CRLF at its end.
std::variant<RequestHead, Refusal> parse_head(std::string_view text);

/// Reads the body that `head` announces. A body over `max_body` bytes is refused. If it is at most drained_bodies
/// times that, it is read and dropped, so that the connection can stay open.
std::variant<std::string, Refusal> read_body(SocketStream& stream, const RequestHead& head, std::size_t max_body);

/// The refusal for a read that did not complete. `limit` is the limit in bytes that was exceeded.
Refusal unfinished_request(ReadOutcome outcome, int too_long_status, std::size_t limit);

Refusal out_of_memory();

Refusal body_too_large(std::size_t max_body, bool closes);

}  // namespace mxbalance::listen
