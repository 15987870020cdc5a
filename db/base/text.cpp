#include "db/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace mxbalance::db {

namespace {

/// The first character of a text in UTF-8 (RFC 3629 §4).
struct Character {
  std::size_t octets = 1;
  std::optional<std::uint32_t> code{};  ///< absent: not a character
};

Character first_character(std::string_view text) {
  const auto octet = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  const auto first = octet(0);
  if (first < 0x80) return {1, first};
  const std::size_t octets = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || octets > text.size()) return {};
  std::uint32_t code = first & (0x7fU >> octets);
  for (std::size_t i = 1; i < octets; ++i) {
    if (octet(i) < 0x80 || octet(i) > 0xbf) return {};
    code = (code << 6U) | (octet(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};  // for so many octets
  const bool is_half_of_a_pair = code >= 0xd800 && code <= 0xdfff;
  if (code < least.at(octets) || code > 0x10ffff || is_half_of_a_pair) return {};
  return {octets, code};
}

/// Whether the character may be shown. Control characters, line separators, and characters that change the
/// direction of the text may not.
bool is_harmless(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  const bool is_mark = code == 0x61c || code == 0x200e || code == 0x200f || code == 0xfeff;
  const bool is_separator_or_embedding = code >= 0x2028 && code <= 0x202e;
  const bool is_isolate = code >= 0x2066 && code <= 0x2069;
  return !is_mark && !is_separator_or_embedding && !is_isolate;
}

bool is_harmless(const Character& character) {
  return character.code && is_harmless(*character.code);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(blanks)));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view take_word(std::string_view& text, std::string_view separators) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(separators)));
  const auto word = text.substr(0, text.find_first_of(separators));
  text.remove_prefix(word.size());
  return word;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = first_character(text);
    if (!character.code) return false;
    text.remove_prefix(character.octets);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto character = first_character(text);
    shown += is_harmless(character) ? text.substr(0, character.octets) : "?";
    text.remove_prefix(character.octets);
  }
  return shown;
}

std::string printable_json(std::string_view json) {
  std::string shown;
  shown.reserve(json.size());
  while (!json.empty()) {
    const auto character = first_character(json);
    if (is_harmless(character) || json.front() == '\n') {
      shown += json.substr(0, character.octets);
    } else if (character.code) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", *character.code);
      shown += escape.data();
    } else {
      shown += '?';
    }
    json.remove_prefix(character.octets);
  }
  return shown;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t most = 80;
  std::string shown = "\"";
  while (!text.empty() && shown.size() <= most) {
    const auto character = first_character(text);
    shown += printable(text.substr(0, character.octets));
    text.remove_prefix(character.octets);
  }
  return shown + (text.empty() ? "\"" : "…\"");
}

}  // namespace mxbalance::db
