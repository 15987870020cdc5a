// Text functions: ASCII letters in any case, as DNS compares them (RFC 4343), and showing text of unknown content.
// Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace mxbalance::db {

/// An ASCII letter in lower case; any other byte as it is.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `text` with its ASCII letters in lower case. Other bytes are unchanged.
std::string lower(std::string_view text);

/// `text` with its ASCII letters in upper case. Other bytes are unchanged.
std::string upper(std::string_view text);

/// Whether all of `text` is valid UTF-8.
bool is_utf8(std::string_view text);

/// `text` on one line, for a log or a terminal. Each of these becomes a "?": a byte that is not UTF-8, and a
/// character that controls a terminal, ends a line or changes the direction of writing.
std::string printable(std::string_view text);

/// `json`, which must be valid, with these characters escaped in its strings. The value stays the same. Line feeds
/// between its parts stay.
std::string printable_json(std::string_view json);

/// `text` in quotes, for a sentence: of limited length, and printable.
std::string quoted(std::string_view text);

}  // namespace mxbalance::db
