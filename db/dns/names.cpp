#include "db/dns/names.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 255;  // in wire form: a length octet for each label, and the root's

/// Takes one octet from the front of `text` and decodes its escape (RFC 1035 §5.1).
char take_octet(std::string_view& text, std::string_view whole) {
  if (text.front() != '\\') {
    const char c = text.front();
    text.remove_prefix(1);
    return c;
  }
  if (text.size() >= 2 && !is_digit(text[1])) {
    const char c = text[1];
    text.remove_prefix(2);
    return c;
  }
  if (text.size() >= 4 && is_digit(text[2]) && is_digit(text[3])) {
    const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    if (value <= 255) {
      text.remove_prefix(4);
      return static_cast<char>(value);
    }
  }
  throw InvalidName(fmt::format(
      "the name {} has a broken escape: a backslash needs a character or three digits from 000 to 255 after it",
      quoted(whole)));
}

/// Appends `octet` in the spelling that PowerDNS uses in names.
void append_escaped(std::string& to, char octet) {
  const auto value = static_cast<std::uint8_t>(octet);
  if (octet == '.' || octet == '\\') {
    to += '\\';
    to += octet;
  } else if (value > 0x20 && value < 0x7f) {
    to += octet;
  } else {
    const std::array<char, 4> escape = {'\\', static_cast<char>('0' + value / 100),
                                        static_cast<char>('0' + value / 10 % 10),
                                        static_cast<char>('0' + value % 10)};
    to.append(escape.data(), escape.size());
  }
}

void check_label(std::size_t octets, std::string_view whole) {
  if (octets == 0) throw InvalidName(fmt::format("the name {} has an empty label", quoted(whole)));
  if (octets > longest_label) {
    throw InvalidName(
        fmt::format("the name {} has a label of {} octets: {} are allowed", quoted(whole), octets, longest_label));
  }
}

}  // namespace

std::string canonical_name(std::string_view text) {
  if (text == ".") return ".";
  std::string_view rest = text;
  std::string name;
  name.reserve(text.size());
  std::size_t label = 0;
  std::size_t wire = 1;
  while (!rest.empty()) {
    if (rest.front() == '.') {
      check_label(label, text);
      label = 0;
      rest.remove_prefix(1);
      if (!rest.empty()) name += '.';
      continue;
    }
    append_escaped(name, lower(take_octet(rest, text)));
    wire += label == 0 ? 2 : 1;
    ++label;
  }
  if (text.empty() || text.back() != '.' || label > 0) check_label(label, text);
  if (wire > longest_name) {
    throw InvalidName(
        fmt::format("the name {} has {} octets on the wire: {} are allowed", quoted(text), wire, longest_name));
  }
  return name;
}

std::optional<std::string> name_problem(std::string_view name) {
  try {
    const std::string canonical = canonical_name(name);
    if (!name.ends_with('.') || canonical == "." || canonical.ends_with("\\.")) return std::nullopt;
    return fmt::format("the name {} ends with a dot, which names in the store do not have", quoted(name));
  } catch (const InvalidName& problem) {
    return problem.what();
  }
}

std::string_view parent_name(std::string_view name) {
  if (name == ".") return {};
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      ++i;  // an escaped character is no separator
    } else if (name[i] == '.') {
      return name.substr(i + 1);
    }
  }
  return ".";
}

bool is_within(std::string_view name, std::string_view zone) {
  if (zone == ".") return true;
  while (name.size() > zone.size()) {
    name = parent_name(name);
  }
  return name == zone;
}

}  // namespace mxbalance::db
