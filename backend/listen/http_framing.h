// Where an HTTP/1.x request begins and ends (RFC 9112), read strictly: what is doubtful is refused and the
// connection closed, so that no byte of one request is taken for the next. httplib is not asked, for it reads
// `Content-Length: abc` as 0, knows no body of a GET, cuts a target at '#', and forgets where a request ends that
// it refuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// A request that is answered here, with an error.
struct Refusal {
  int status = 400;
  std::string sentence;  ///< holds no character that JSON would escape
  bool closes = true;    ///< the next request's place is unknown
};

/// A body that is too long is read and dropped, if it is not longer than so many times the limit.
inline constexpr std::size_t drained_bodies = 8;

struct RequestHead {
  std::string verb;
  std::string target;       ///< raw, any byte above 0x20 but 0x7f
  std::string_view fields;  ///< the header lines, a CRLF between them; part of parse_head's text
  bool is_http_1_0 = false;
  bool is_chunked = false;        ///< RFC 9112 §7.1
  std::uint64_t body_length = 0;  ///< bytes, if not chunked
};

/// `text` is a request's head without the CRLF CRLF that ends it.
std::variant<RequestHead, Refusal> parse_head(std::string_view text);

/// Reads the body that `head` promises. One over `max_body` bytes is refused, but dropped if it is not longer than
/// drained_bodies times that, so that the connection goes on.
std::variant<std::string, Refusal> read_body(SocketStream& stream, const RequestHead& head, std::size_t max_body);

/// The refusal for a read that did not complete; `limit` in bytes says what was too long.
Refusal unfinished_request(ReadOutcome outcome, int too_long_status, std::size_t limit);

Refusal out_of_memory();

Refusal body_too_large(std::size_t max_body, bool closes);

}  // namespace mxbalance::listen
