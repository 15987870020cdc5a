#include "db/contents/content_services.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "db/base/ip_address.h"
#include "db/base/text.h"
#include "db/contents/content_encodings.h"

namespace mxbalance::db {

namespace {

enum class Value { keys, identifiers, none, port, ipv4, ech, ipv6, text, groups };

struct Parameter {
  std::string_view name;
  std::uint16_t number;
  Value value;
  PowerDnsVersions known_by;
};

constexpr std::array parameters = std::to_array<Parameter>({
    {"mandatory", 0, Value::keys, PowerDnsVersions::all()},
    {"alpn", 1, Value::identifiers, PowerDnsVersions::all()},
    {"no-default-alpn", 2, Value::none, PowerDnsVersions::all()},
    {"port", 3, Value::port, PowerDnsVersions::all()},
    {"ipv4hint", 4, Value::ipv4, PowerDnsVersions::all()},
    {"ech", 5, Value::ech, PowerDnsVersions::all()},
    {"ipv6hint", 6, Value::ipv6, PowerDnsVersions::all()},
    {"dohpath", 7, Value::text, PowerDnsVersions::v5_1()},
    {"ohttp", 8, Value::none, PowerDnsVersions::v5_1()},
    {"tls-supported-groups", 9, Value::groups, PowerDnsVersions::v5_1()},
});

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The number NNNN in a key of the form keyNNNN.
std::optional<std::uint16_t> generic_key(std::string_view key) {
  constexpr std::string_view prefix = "key";
  if (!key.starts_with(prefix)) return std::nullopt;
  return whole_number<std::uint16_t>(key.substr(prefix.size()));
}

const Parameter* find_parameter(std::string_view name) {
  const auto* const found = std::find_if(parameters.begin(), parameters.end(),
                                         [&](const Parameter& known) { return known.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

[[noreturn]] void fail(std::string_view key, std::string_view wanted) {
  throw InvalidContent(fmt::format("the parameter {} must have {}", key, wanted));
}

[[noreturn]] void fail_key(std::string_view key) {
  throw InvalidContent(
      fmt::format("{} is no parameter that PowerDNS knows: allowed are mandatory, alpn, no-default-alpn, port, "
                  "ipv4hint, ech, ipv6hint, dohpath, ohttp, tls-supported-groups, and keyNUMBER, in lower case",
                  quoted(key)));
}

void require_known(ContentReader& reader, const Parameter& parameter) {
  reader.only(parameter.known_by, "the parameter " + std::string(parameter.name) + " is unknown to others");
}

constexpr bool is_plain(char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != '(' && c != ')' && c != ';' && c != '\\';
}

/// The octet of an escape at the beginning of `text`, and the length of the escape. The length is 0 for a broken
/// escape.
std::pair<char, std::size_t> escaped_octet(std::string_view text) {
  if (text.size() < 2) return {'\0', 0};
  if (!is_digit(text[1])) return {text[1], text[1] > ' ' && text[1] < 0x7f ? 2 : 0};
  const auto octet = text.size() >= 4 ? whole_number<std::uint8_t>(text.substr(1, 3)) : std::nullopt;
  return {static_cast<char>(octet.value_or(0)), octet ? 4 : 0};
}

/// Takes the value of a parameter: a character string with or without quotes.
std::string take_value(ContentReader& reader, std::string_view key) {
  constexpr std::string_view wanted =
      "a value of printable characters, others as \\DDD, in quotes if it has blanks";
  const bool is_quoted = reader.rest().starts_with('"');
  auto rest = reader.rest().substr(is_quoted ? 1 : 0);
  std::string value;
  while (!rest.empty() && rest.front() != '"' && (is_quoted || !is_blank(rest.front()))) {
    std::size_t length = 1;
    char octet = rest.front();
    if (octet == '\\') {
      std::tie(octet, length) = escaped_octet(rest);
    } else if (!is_plain(octet) && octet != ' ' && octet != '\t') {
      length = 0;
    }
    if (length == 0) fail(key, wanted);
    value += octet;
    rest.remove_prefix(length);
  }
  if (is_quoted) {
    if (!rest.starts_with('"')) fail(key, "a closing quote");
    rest.remove_prefix(1);
  }
  if (!rest.empty() && !is_blank(rest.front())) fail(key, wanted);
  (void)reader.take(reader.rest().size() - rest.size());
  return value;
}

/// The items of a value, separated by commas without an escape (RFC 9460 appendix A.1).
std::vector<std::string> items(std::string_view value, std::string_view key) {
  std::vector<std::string> list(1);
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == ',') {
      list.emplace_back();
      continue;
    }
    if (value[at] == '\\') {
      ++at;
      if (at >= value.size() || (value[at] != ',' && value[at] != '\\'))
        fail(key, "a comma or a backslash after each backslash");
    }
    list.back() += value[at];
  }
  const bool is_empty =
      std::any_of(list.begin(), list.end(), [](const std::string& item) { return item.empty(); });
  if (is_empty && list.size() > 1) fail(key, "something before and after each comma");
  if (is_empty) list.clear();
  return list;
}

void check_keys(ContentReader& reader, std::string_view key, std::string_view value) {
  for (const auto& item : items(value, key)) {
    const auto* known = find_parameter(item);
    if (known == nullptr && !generic_key(item)) fail_key(item);
    if (known != nullptr) require_known(reader, *known);
  }
}

void check_identifiers(std::string_view key, const std::vector<std::string>& identifiers) {
  constexpr std::size_t longest = 255;
  for (const auto& identifier : identifiers) {
    if (identifier.size() > longest) fail(key, "identifiers of at most 255 octets");
  }
}

void check_hints(int family, std::string_view key, std::string_view value) {
  for (const auto& item : items(value, key)) {
    if (item == "auto") return;  // PowerDNS reads no items after it
    if (family == AF_INET ? !ipv4_address(item) : !ipv6_address(item))
      fail(key, family == AF_INET ? "IPv4 addresses, separated by commas" : "IPv6 addresses, separated by commas");
  }
}

void check_groups(std::string_view key, std::string_view value) {
  for (const auto& item : items(value, key)) {
    if (!whole_number<std::uint16_t>(item)) fail(key, "whole numbers from 0 to 65535, separated by commas");
  }
}

/// Takes Base64, with or without quotes.
void take_ech(ContentReader& reader, std::string_view key) {
  const auto whole = reader.rest();
  const bool is_quoted = whole.starts_with('"');
  const auto data = whole.substr(is_quoted ? 1 : 0);
  const auto end = is_quoted ? data.find('"') : std::min(data.size(), data.find_first_of(blanks));
  if (end == std::string_view::npos) fail(key, "a closing quote");
  if (data.substr(0, end).find_first_of(blanks) != std::string_view::npos) fail(key, "base64 without blanks");
  ContentReader encoded(data.substr(0, end));
  read_base64(encoded, key);
  (void)reader.take(end + (is_quoted ? 2 : 0));
}

void read_named(ContentReader& reader, const Parameter& parameter) {
  const auto key = parameter.name;
  if (parameter.value == Value::ech) return take_ech(reader, key);
  const bool is_quoted = reader.rest().starts_with('"');
  const std::string value = take_value(reader, key);
  switch (parameter.value) {
    case Value::keys:
      return check_keys(reader, key, value);
    case Value::identifiers:
      return check_identifiers(key, items(value, key));
    case Value::port:
      if (is_quoted) reader.only(PowerDnsVersions::from_5_0(), "the port is in quotes");
      if (!whole_number<std::uint16_t>(value)) fail(key, "a whole number from 0 to 65535");
      return;
    case Value::ipv4:
      return check_hints(AF_INET, key, value);
    case Value::ipv6:
      return check_hints(AF_INET6, key, value);
    case Value::groups:
      return check_groups(key, value);
    case Value::none:
    case Value::ech:
    case Value::text:
      return;
  }
}

/// Whether the octets are identifiers as in a message: each has its length before it.
bool are_identifiers(std::string_view octets) {
  while (!octets.empty()) {
    const auto length = static_cast<std::uint8_t>(octets.front());
    octets.remove_prefix(1);
    if (length > octets.size()) return false;
    octets.remove_prefix(length);
  }
  return true;
}

/// Reads keyNUMBER=VALUE. The value has the form that it has in messages.
void read_numbered(ContentReader& reader, std::string_view key, std::uint16_t number) {
  const std::string value = take_value(reader, key);
  switch (number) {
    case 0:
      if (value.size() % 2 != 0) fail(key, "an even number of octets");
      return;
    case 1:
      if (!are_identifiers(value)) fail(key, "identifiers, each with its length in an octet before it");
      return;
    case 3:
      if (value.size() != 2) fail(key, "2 octets");
      return;
    case 4:
      if (value.size() % 4 != 0) fail(key, "4 octets for each address");
      return;
    case 6:
      if (value.size() % 16 != 0) fail(key, "16 octets for each address");
      return;
    case 8:
    case 9:
      return reader.only(PowerDnsVersions::to_5_0(), fmt::format("5.1 wants the parameter {} by its name", key));
    default:
      return;
  }
}

void read_parameter(ContentReader& reader) {
  const auto rest = reader.rest();
  const auto key =
      reader.take(std::min(rest.size(), rest.find_first_of(" =")));  // for PowerDNS a tab is part of the key
  const auto* named = find_parameter(key);
  const auto number = named != nullptr ? named->number : generic_key(key);
  if (!number) fail_key(key);
  if (named != nullptr) require_known(reader, *named);
  const bool has_value = reader.rest().starts_with('=');
  constexpr std::uint16_t no_default_alpn = 2;
  if (*number == no_default_alpn || (named != nullptr && named->value == Value::none)) {
    if (has_value) fail(key, "no value");
    return;
  }
  (void)reader.take(1);
  if (!has_value || reader.at_end() || reader.rest().front() == ' ') fail(key, "a value after \"=\"");
  if (named != nullptr) return read_named(reader, *named);
  read_numbered(reader, key, *number);
}

}  // namespace

void read_service_parameters(ContentReader& reader) {
  if (reader.numbers().at(0) == 0) return;
  while (!reader.at_end()) {
    reader.start_field();
    const auto rest = reader.rest();
    read_parameter(reader);
    const auto parameter = rest.substr(0, rest.size() - reader.rest().size());
    reader.add_octets(parameter.size());  // the upper limit of its size
    reader.add_field(parameter, false);
  }
}

}  // namespace mxbalance::db
