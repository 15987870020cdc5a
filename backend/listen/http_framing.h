// Reads HTTP/1.x requests (RFC 9112): where each begins and ends, and the few header fields that are used. It is
// strict: a doubtful request is refused and the connection closed, so that no byte of one request is read as part
// of the next. The server of cpp-httplib 0.11 is not used. It reads `Content-Length: abc` as 0, does not expect a
// body with GET, cuts a target at '#', passes over a header line that ends with a bare LF, decodes `%41` in the
// value of a field, refuses a Range that it cannot read, and does not know where a request ends that it refuses.
// To stand alone costs about 80 lines: the fields in this unit, and the head of the reply in http_reply.cpp.
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
  std::string target;        ///< raw: any byte above 0x20, except 0x7f
  std::string content_type;  ///< empty: the request has none
  std::string zone_id;       ///< X-RemoteBackend-Zone-Id; empty: the request has none
  bool is_http_1_0 = false;
  bool closes = false;            ///< the client ends the connection with this request (RFC 9112 §9.3)
  bool waits_for_body = false;    ///< the body is sent after a 100 Continue (RFC 9110 §10.1.1)
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
