// Text without a language: DNS compares ASCII letters in any case, and nothing else (RFC 4343); and how text of
// unknown content is shown. Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace mxbalance::db {

/// An ASCII letter in lower case; any other byte as it is.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `text` with its ASCII letters in lower case; other bytes as they are.
std::string lower(std::string_view text);

/// `text` with its ASCII letters in upper case; other bytes as they are.
std::string upper(std::string_view text);

/// Whether `text` is UTF-8 as a whole.
bool is_utf8(std::string_view text);

/// `text` on one line, for a log or a terminal, whatever it holds: each byte that is no UTF-8, and each character
/// that drives a terminal, ends a line or turns the direction of writing, is a "?".
std::string printable(std::string_view text);

/// `json`, which is valid, with the same characters escaped in its strings: still the same value. Line feeds
/// between its parts stay.
std::string printable_json(std::string_view json);

/// `text` between quotes, for a sentence: bounded, and printable whatever it holds.
std::string quoted(std::string_view text);

}  // namespace mxbalance::db
