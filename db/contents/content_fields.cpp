#include "db/contents/content_fields.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "db/base/ip_address.h"
#include "db/base/text.h"
#include "db/contents/content_encodings.h"
#include "db/contents/content_location.h"
#include "db/contents/content_services.h"
#include "db/contents/content_text.h"
#include "db/dns/names.h"

namespace mxbalance::db {

namespace {

/// Throws InvalidContent for a field. In types with only one field, the label is the expected form.
[[noreturn]] void fail(const ContentReader& reader, std::string_view label, std::string_view wanted) {
  if (label == wanted) throw InvalidContent(fmt::format("the content must be {}", wanted));
  throw InvalidContent(fmt::format("the {} is {}: it must be {}", label, reader.quoted_word(), wanted));
}

/// Reads a number. PowerDNS reads digits, and the next field begins after the last digit.
std::uint32_t read_number(ContentReader& reader, std::string_view label, std::uint32_t most) {
  reader.start_field();
  const auto rest = reader.rest();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc() || number > most) fail(reader, label, fmt::format("a whole number from 0 to {}", most));
  reader.add_field(reader.take(static_cast<std::size_t>(end - rest.data())), false);
  reader.add_number(number);
  return number;
}

void read_certificate_type(ContentReader& reader, std::string_view label) {
  if (read_number(reader, label, std::numeric_limits<std::uint16_t>::max()) == 0)
    throw InvalidContent("the type is 0, which is reserved (RFC 4398 §2.1)");
}

void read_name(ContentReader& reader) {
  reader.start_field();
  const auto word = reader.take_word();
  (void)canonical_name(word);
  reader.add_field(word, true);
}

void read_ipv4(ContentReader& reader, std::string_view label) {
  reader.start_field();
  auto rest = reader.rest();
  int groups = 0;
  std::size_t octets = 0;
  while (groups < 4) {
    const auto digits =
        static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
    unsigned value = 0;
    for (const char digit : rest.substr(0, digits))
      value = std::min(value * 10 + static_cast<unsigned>(digit - '0'), 256U);
    if (digits == 0 || value > 255) break;
    ++groups;
    octets += digits;
    rest.remove_prefix(digits);
    if (groups == 4 || rest.empty() || rest.front() != '.') break;
    rest.remove_prefix(1);
    ++octets;
  }
  if (groups != 4 || !(rest.empty() || is_blank(rest.front()))) fail(reader, label, ipv4_form);
  reader.add_field(reader.take(octets), false);
}

void read_ipv6(ContentReader& reader, std::string_view label) {
  reader.start_field();
  const auto rest = reader.rest();
  const auto* const end =
      std::find_if_not(rest.begin(), rest.end(), [](char c) { return is_hexadecimal(c) || c == ':' || c == '.'; });
  const std::string_view address(rest.begin(), end);
  if (!ipv6_address(address)) fail(reader, label, ipv6_form);
  reader.add_field(reader.take(address.size()), false);
}

void read_identifier64(ContentReader& reader, std::string_view label) {
  reader.start_field();
  const auto rest = reader.rest();
  const auto* const end =
      std::find_if_not(rest.begin(), rest.end(), [](char c) { return is_hexadecimal(c) || c == ':'; });
  const std::string groups(rest.begin(), end);
  if (!ipv6_address(groups + ":0:0:0:0"))
    fail(reader, label, "four groups of hexadecimal digits such as 2001:db8:1140:1000");
  reader.add_field(reader.take(groups.size()), false);
}

/// Reads a tag. It may have only letters and digits; with other characters PowerDNS makes an unreadable message.
void read_property_tag(ContentReader& reader) {
  reader.start_field();
  const auto rest = reader.rest();
  const auto tag = rest.substr(0, rest.find(' '));  // for PowerDNS a tab is part of the tag
  if (!std::all_of(tag.begin(), tag.end(), is_letter_or_digit)) {
    throw InvalidContent(fmt::format(
        "the tag is {}: only letters and digits are allowed, with a space after it (RFC 8659 §4.1)", quoted(tag)));
  }
  reader.add_field(reader.take(tag.size()), false);
}

/// Whether this type is used only in messages, not in zones.
constexpr bool is_type_of_messages(std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {"ANY", "AXFR", "IXFR", "OPT", "TKEY", "TSIG"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

void read_type(ContentReader& reader, std::string_view label) {
  reader.start_field();
  const std::string name = upper(reader.rest().substr(0, reader.rest().find_first_of(blanks)));
  const auto* type = find_record_type(name);
  const bool is_known = type != nullptr && !type->fields.empty();
  if (!is_known && !generic_type_number(name) && !is_type_of_messages(name))
    fail(reader, label, "the name of a record type");
  if (is_known) reader.only(type->known_by, "the " + std::string(label) + " is " + name);
  reader.add_field(reader.take_word(), false);
}

void read_types(ContentReader& reader) {
  while (!reader.at_end())
    read_type(reader, "type");
}

/// Reads a time: seconds since 1970, or YYYYMMDDHHmmSS.
void read_time(ContentReader& reader, std::string_view label) {
  constexpr std::uint64_t shortest_date = 1'000'000'000'000;  // one digit of the seconds may be missing
  reader.start_field();
  const auto rest = reader.rest();
  std::uint64_t time = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), time);
  const bool is_time = time <= std::numeric_limits<std::uint32_t>::max() || time >= shortest_date;
  if (error != std::errc() || !is_time) fail(reader, label, "YYYYMMDDHHmmSS, or seconds since 1970");
  reader.add_field(reader.take(static_cast<std::size_t>(end - rest.data())), false);
}

void read_gateway(ContentReader& reader, std::string_view label) {
  constexpr std::size_t gateway_type = 1;
  switch (reader.numbers().at(gateway_type)) {
    case 0:
      return;
    case 1:
      return read_ipv4(reader, label);
    case 2:
      return read_ipv6(reader, label);
    case 3:
      return read_name(reader);
    default:
      throw InvalidContent("the gateway type must be a whole number from 0 to 3 (RFC 4025 §2.3)");
  }
}

void read_ipsec_key(ContentReader& reader, std::string_view label) {
  constexpr std::size_t algorithm = 2;
  switch (reader.numbers().at(algorithm)) {
    case 0:
      return;
    case 1:
    case 2:
      return read_base64(reader, label);
    default:
      throw InvalidContent("the algorithm must be a whole number from 0 to 2 (RFC 4025 §2.4)");
  }
}

}  // namespace

void read_field(ContentReader& reader, const Field& field) {
  switch (field.kind) {
    case FieldKind::number8:
      (void)read_number(reader, field.label, 255);
      return;
    case FieldKind::number16:
      (void)read_number(reader, field.label, 65535);
      return;
    case FieldKind::number32:
      (void)read_number(reader, field.label, 4294967295);
      return;
    case FieldKind::certificate_type:
      return read_certificate_type(reader, field.label);
    case FieldKind::name:
      return read_name(reader);
    case FieldKind::ipv4:
      return read_ipv4(reader, field.label);
    case FieldKind::ipv6:
      return read_ipv6(reader, field.label);
    case FieldKind::identifier64:
      return read_identifier64(reader, field.label);
    case FieldKind::string:
      return read_string(reader, field.label);
    case FieldKind::strings:
    case FieldKind::long_text:
      return read_strings(reader);
    case FieldKind::property_tag:
      return read_property_tag(reader);
    case FieldKind::hexadecimal:
      return read_hexadecimal(reader, field.label);
    case FieldKind::hexadecimal_rest:
      return read_hexadecimal_rest(reader, field.label);
    case FieldKind::base64:
      return read_base64(reader, field.label);
    case FieldKind::base32:
      reader.start_field();
      reader.add_field(reader.take_word(), false);
      return;
    case FieldKind::type:
      return read_type(reader, field.label);
    case FieldKind::types:
      return read_types(reader);
    case FieldKind::time:
      return read_time(reader, field.label);
    case FieldKind::service_parameters:
      return read_service_parameters(reader);
    case FieldKind::ipsec_gateway:
      return read_gateway(reader, field.label);
    case FieldKind::ipsec_key:
      return read_ipsec_key(reader, field.label);
    case FieldKind::ignored:
      (void)reader.take(reader.rest().size());
      return;
    case FieldKind::location:
      return read_location(reader);
    case FieldKind::address_prefixes:
      return read_address_prefixes(reader);
    case FieldKind::eui48:
      return read_eui(reader, 6);
    case FieldKind::eui64:
      return read_eui(reader, 8);
  }
}

}  // namespace mxbalance::db
