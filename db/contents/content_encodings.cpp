#include "db/contents/content_encodings.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include <fmt/format.h>

#include "db/base/ip_address.h"
#include "db/base/text.h"

namespace mxbalance::db {

namespace {

/// Counts the hexadecimal digits in `text`. Throws InvalidContent for other letters and digits.
std::size_t count_digits(ContentReader& reader, std::string_view text, std::string_view label) {
  const auto* const other =
      std::find_if(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) && !is_hexadecimal(c); });
  if (other != text.end()) {
    throw InvalidContent(
        fmt::format("the {} must be hexadecimal digits: {} must be hexadecimal digits", label, quoted(text)));
  }
  const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_hexadecimal));
  if (digits % 2 != 0) {
    reader.only(PowerDnsVersions::v4(), fmt::format("the {} has an odd number of digits, {}", label, digits));
  }
  reader.add_octets(digits / 2);
  return digits;
}

bool is_base64(char c) {
  return is_letter_or_digit(c) || c == '+' || c == '/' || c == '=' || is_blank(c);
}

/// Whether the last group of four characters is "=" only. PowerDNS drops one octet for each "=" there, and a group
/// has only three octets.
bool ends_in_padding_alone(std::string_view data) {
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : data) {
    if (is_blank(c)) continue;
    if (digits % 4 == 0) padding = 0;
    ++digits;
    if (c == '=') ++padding;
  }
  return padding > 3;
}

[[noreturn]] void fail_prefix(std::string_view word) {
  throw InvalidContent(fmt::format(
      "{} must be an address prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32 (RFC 3123 §5)", quoted(word)));
}

void check_prefix(std::string_view word) {
  auto prefix = word;
  if (prefix.starts_with('!')) prefix.remove_prefix(1);
  const bool is_ipv4 = prefix.starts_with("1:");
  if (!is_ipv4 && !prefix.starts_with("2:")) fail_prefix(word);
  prefix.remove_prefix(2);
  const auto slash = prefix.find('/');
  if (slash == std::string_view::npos) fail_prefix(word);
  const auto address = prefix.substr(0, slash);
  if (is_ipv4 ? !ipv4_address(address) : !ipv6_address(address)) fail_prefix(word);
  const auto bits = prefix.substr(slash + 1);
  if (bits.empty()) return;  // no prefix length: the whole address
  unsigned length = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), length);
  if (error != std::errc() || end != bits.data() + bits.size() || length > (is_ipv4 ? 32U : 128U))
    fail_prefix(word);
}

}  // namespace

void read_hexadecimal(ContentReader& reader, std::string_view label) {
  reader.start_field();
  const auto word = reader.take_word();
  (void)count_digits(reader, word, label);
  reader.add_field(word, false);
}

void read_hexadecimal_rest(ContentReader& reader, std::string_view label) {
  reader.start_field();
  const auto rest = reader.take(reader.rest().size());
  if (count_digits(reader, rest, label) == 0)
    throw InvalidContent(
        fmt::format("{} has no hexadecimal digits: a record without them cannot be read by others", quoted(rest)));
  reader.add_field(rest, false);
}

void read_base64(ContentReader& reader, std::string_view label) {
  reader.start_field();
  const auto rest = reader.rest();
  const auto* const other = std::find_if_not(rest.begin(), rest.end(), is_base64);
  if (other != rest.end()) {
    throw InvalidContent(fmt::format("the {} has {}, which is no digit of base64 (RFC 4648 §4)", label,
                                     quoted(std::string_view(other, other + 1))));
  }
  if (ends_in_padding_alone(rest))
    reader.only(PowerDnsVersions::v4(), fmt::format("the {} ends in four times \"=\"", label));
  reader.add_octets(static_cast<std::size_t>(std::count_if(rest.begin(), rest.end(), std::not_fn(is_blank))) / 4 *
                    3);
  reader.add_field(reader.take(rest.size()), false);
}

void read_eui(ContentReader& reader, int octets) {
  reader.start_field();
  const std::string word = reader.quoted_word();
  const auto whole = reader.take(reader.rest().size());
  auto rest = whole;
  for (int octet = 0; octet < octets; ++octet) {
    if (octet > 0) {
      if (!rest.starts_with('-')) rest = {};
      rest.remove_prefix(std::min<std::size_t>(rest.size(), 1));
    }
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(rest.begin(), rest.begin() + std::min<std::ptrdiff_t>(std::ssize(rest), 2),
                         is_hexadecimal) -
        rest.begin());
    if (digits == 0) {
      throw InvalidContent(fmt::format(
          "the address is {}: it must be {} times two hexadecimal digits, with hyphens between them (RFC 7043)",
          word, octets));
    }
    rest.remove_prefix(digits);
  }
  reader.add_field(whole, false);
}

void read_address_prefixes(ContentReader& reader) {
  while (!reader.at_end()) {
    reader.start_field();
    const auto rest = reader.rest();
    const auto word = reader.take(std::min(rest.size(), rest.find(' ')));  // a tab is part of the word
    check_prefix(word);
    reader.add_octets(word.size());  // the upper limit of its size
    reader.add_field(word, false);
  }
}

void read_generic(ContentReader& reader) {
  const std::string whole = quoted(reader.rest());
  const auto fail = [&] {
    throw InvalidContent(
        fmt::format("the content is {}: PowerDNS knows it by its number only, and wants the generic "
                    "form \"\\# LENGTH DIGITS\" (RFC 3597 §5)",
                    whole));
  };
  if (reader.whole().find('\r') != std::string_view::npos) fail();  // here PowerDNS does not treat it as a blank
  if (reader.at_end() || reader.take_word() != R"(\#)" || reader.at_end()) fail();
  reader.start_field();
  const auto number = reader.take_word();
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), length);
  if (error != std::errc() || end != number.data() + number.size()) fail();
  if (length == 0 && number == "0" && reader.at_end()) return;
  if (reader.at_end()) fail();
  reader.start_field();
  const auto digits = reader.take_word();
  if (!std::all_of(digits.begin(), digits.end(), is_hexadecimal) || digits.size() != 2 * length) fail();
  reader.add_octets(length);
}

}  // namespace mxbalance::db
