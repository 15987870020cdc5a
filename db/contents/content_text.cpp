#include "db/contents/content_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

constexpr std::string_view wanted = "strings in double quotes, such as \"v=spf1 -all\"";

/// The length of the escape (RFC 1035 §5.1) at the beginning of `text`; 0 for a broken escape.
std::size_t escape_length(std::string_view text) {
  constexpr std::size_t longest = 4;
  if (text.size() < 2) return 0;
  if (!is_digit(text[1])) return 2;
  if (text.size() < longest || !is_digit(text[2]) || !is_digit(text[3])) return 0;
  return longest;
}

/// Takes the string in quotes at this position. Returns its number of octets.
std::size_t take_quoted(ContentReader& reader) {
  const auto rest = reader.rest();
  std::size_t octets = 0;
  for (std::size_t at = 1; at < rest.size(); ++octets) {
    if (rest[at] == '"') {
      reader.add_field(reader.take(at + 1), false);
      return octets;
    }
    const std::size_t length = rest[at] == '\\' ? escape_length(rest.substr(at)) : 1;
    if (length == 0) {
      throw InvalidContent("a string has a broken escape: a backslash needs a character or three digits after it");
    }
    at += length;
  }
  throw InvalidContent(fmt::format("a string has no closing quote: the content must be {}", wanted));
}

/// Takes a string without quotes. Only 5.1 reads it, except when it is the rest of the content and has only
/// letters and digits.
std::size_t take_unquoted(ContentReader& reader) {
  const auto rest = reader.rest();
  const bool is_plain_end = std::all_of(rest.begin(), rest.end(), is_letter_or_digit);
  const auto taken = reader.take_word();
  const auto problem = [&] {
    return fmt::format("{} must be in double quotes: the content must be {}", quoted(taken), wanted);
  };
  if (taken.find_first_of("\"\\") != std::string_view::npos) throw InvalidContent(problem());
  if (!is_plain_end) reader.only(PowerDnsVersions::v5_1(), problem());
  reader.add_field(taken, false);
  return taken.size();
}

std::size_t take_string(ContentReader& reader) {
  reader.start_field();
  return reader.rest().front() == '"' ? take_quoted(reader) : take_unquoted(reader);
}

}  // namespace

void read_string(ContentReader& reader, std::string_view label) {
  constexpr std::size_t longest = 255;
  if (reader.at_end()) return;
  const std::size_t octets = take_string(reader);
  if (octets > longest) {
    throw InvalidContent(
        fmt::format("the {} has {} octets: {} are allowed (RFC 1035 §3.3)", label, octets, longest));
  }
}

void read_strings(ContentReader& reader) {
  constexpr std::size_t longest = 255;  // of one string in a message; a longer text needs several strings
  while (!reader.at_end()) {
    const std::size_t octets = take_string(reader);
    reader.add_octets(octets + octets / longest + 1);
  }
}

std::string quoted_text(std::string_view content) {
  if (content.empty() || content.front() == '"') return std::string(content);
  return '"' + std::string(content) + '"';
}

}  // namespace mxbalance::db
