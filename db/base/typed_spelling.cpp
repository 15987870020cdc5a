#include "db/base/typed_spelling.h"

#include <algorithm>

#include "db/base/ip_address.h"
#include "db/base/text.h"

namespace mxbalance::db {

namespace {

// Replaces an escaped octet, because an escaped octet has no special meaning.
constexpr char octet_of_an_escape = '_';

bool is_blank_or_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

/// The length of the escape in `text` whose backslash is at `at`.
std::size_t escape_length(std::string_view text, std::size_t at) {
  const auto octets = text.substr(at + 1, 3);
  const bool is_number = octets.size() == 3 && std::all_of(octets.begin(), octets.end(), is_digit);
  return std::min<std::size_t>(is_number ? 4 : 2, text.size() - at);
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const bool is_escape = text[i] == '\\';
    plain += is_escape ? octet_of_an_escape : text[i];
    i += is_escape ? escape_length(text, i) : 1;
  }
  return plain;
}

bool is_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.ends_with('.')) text.remove_suffix(1);
  return ipv4_address(text) || ipv6_address(text);
}

/// Whether `text` ends with a colon and a number.
bool has_port(std::string_view text) {
  const auto colon = text.rfind(':');
  return colon != std::string_view::npos && colon + 1 < text.size() &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(colon) + 1, text.end(), is_digit);
}

/// Whether the last label has a slash. Names of reverse zones may have one in another label (RFC 2317).
bool has_slash_at_end(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return text.substr(text.rfind('.') + 1).find('/') != std::string_view::npos;
}

/// The escape of `c`. It has three digits where a backslash alone is not enough.
std::string escape_of(char c) {
  if (!is_digit(c) && !is_blank_or_control(c)) return {'\\', c};
  const auto value = static_cast<unsigned char>(c);
  return {'\\', static_cast<char>('0' + value / 100), static_cast<char>('0' + value / 10 % 10),
          static_cast<char>('0' + value % 10)};
}

}  // namespace

std::optional<std::string> mistaken_for_name(std::string_view text) {
  const char first = text.empty() ? '\0' : text.front();
  if (text.size() > 1 && first == text.back() && (first == '"' || first == '\''))
    return "stands in quotes: give it without them";
  const std::string plain = without_escapes(text);
  if (std::any_of(plain.begin(), plain.end(), is_blank_or_control)) return "holds a blank or a control character";
  if (plain.find("://") != std::string::npos) return "is a URL: give the name of its host alone";
  if (plain.find('@') != std::string::npos)
    return "is a mail address: give the domain after the @ alone; in a name, an @ is written \\@";
  if (is_address(plain)) return "is an address: give a name, such as example.com";
  if (has_port(plain)) return "has a port: give the name before the : alone; in a name, a : is written \\:";
  if (has_slash_at_end(plain))
    return "ends with a path or a mask: give a name alone; in a name, a / is written \\/";
  return std::nullopt;
}

std::string typed_spelling(std::string_view name) {
  if (!mistaken_for_name(name)) return std::string(name);
  constexpr std::string_view misleading = "@:/[]\"'";
  const bool is_of_digits = is_address(std::string(name));
  std::string spelling;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t length = name[i] == '\\' ? escape_length(name, i) : 1;
    const bool is_misleading = misleading.find(name[i]) != std::string_view::npos ||
                               is_blank_or_control(name[i]) || (is_of_digits && is_digit(name[i]));
    spelling += is_misleading ? escape_of(name[i]) : std::string(name.substr(i, length));
    i += length;
  }
  return spelling;
}

}  // namespace mxbalance::db
