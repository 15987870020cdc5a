// Text functions: ASCII letters in any case, as DNS compares them (RFC 4343), words and blanks, and showing text
// of unknown content. Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace mxbalance::db {

/// An ASCII letter in lower case; any other byte as it is.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_letter_or_digit(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

constexpr bool is_hexadecimal(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

/// Characters between words, as PowerDNS reads records and metadata.
constexpr std::string_view blanks = " \t\r\n";

constexpr bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

/// `text` without the blanks at both ends.
std::string_view trimmed(std::string_view text);

/// Takes the first word and the separators before it off `text`, and returns the word: a part of `text`. It is
/// empty when no word is left.
std::string_view take_word(std::string_view& text, std::string_view separators = blanks);

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
