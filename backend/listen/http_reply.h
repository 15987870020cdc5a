// Writes HTTP/1.1 replies. Stateless; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mxbalance::listen {

/// The status line and the header of a reply with a JSON body of `length` bytes, with the empty line after them.
/// `connection` is the value of the field Connection (RFC 9110 §7.6.1); empty: the reply has none.
std::string reply_head(int status, std::size_t length, std::string_view connection);

/// The body {"error": sentence}. `sentence` must not contain characters that JSON would escape.
std::string error_body(std::string_view sentence);

/// A whole reply with such a body, after which the connection is closed.
std::string http_refusal(int status, std::string_view sentence);

}  // namespace mxbalance::listen
