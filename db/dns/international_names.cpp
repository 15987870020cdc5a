#include "db/dns/international_names.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <idn2.h>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_of_host_names(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.';
}

[[noreturn]] void refuse(std::string_view label, const std::string& problem) {
  throw InvalidName(
      fmt::format("the label {} is in no internationalized domain name (IDNA2008): {}", quoted(label), problem));
}

/// The A-labels of `label`, which has letters outside ASCII. There may be several: UTS 46 maps some characters to
/// a dot.
std::string a_labels(const std::string& label) {
  if (label.find('\\') != std::string::npos) refuse(label, "an escape stands beside letters outside ASCII");
  if (label.find('\0') != std::string::npos) refuse(label, "it holds a NUL byte");
  char* converted = nullptr;
  const int status = idn2_to_ascii_8z(label.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
  if (status != IDN2_OK) refuse(label, idn2_strerror(status));
  std::string labels = converted;
  // libidn2 accepts ASCII characters, such as blanks, to which UTS 46 maps other characters.
  if (!std::all_of(labels.begin(), labels.end(), is_of_host_names)) {
    refuse(label, "beside letters outside ASCII only letters, digits and hyphens are allowed");
  }
  return labels;
}

/// The end of the first label in `text`. An escaped dot does not end a label.
std::size_t end_of_label(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '.')
    end += text[end] == '\\' ? 2U : 1U;
  return std::min(end, text.size());
}

std::string in_ascii(std::string_view text) {
  std::string name;
  while (true) {
    const std::size_t end = end_of_label(text);
    const std::string label(text.substr(0, end));
    name += is_ascii(label) ? label : a_labels(label);
    if (end == text.size()) return name;
    name += '.';
    text.remove_prefix(end + 1);
  }
}

/// `name` (canonical) with octets outside ASCII unescaped. Other escapes stay.
std::string with_raw_octets(std::string_view name) {
  std::string raw;
  while (!name.empty()) {
    const auto digits = name.substr(1, 3);
    if (name.front() == '\\' && digits.front() <= '9' && digits >= "128") {
      raw += static_cast<char>((name[1] - '0') * 100 + (name[2] - '0') * 10 + (name[3] - '0'));
      name.remove_prefix(4);
      continue;
    }
    const std::size_t octets = std::min<std::size_t>(name.front() == '\\' ? 2 : 1, name.size());
    raw += name.substr(0, octets);
    name.remove_prefix(octets);
  }
  return raw;
}

}  // namespace

std::string canonical_given_name(std::string_view text) {
  return canonical_name(is_ascii(text) ? std::string(text) : in_ascii(text));
}

std::string given_content(std::string_view type, std::string_view content) {
  // A text needs no conversion.
  if (is_ascii(content) || type == "TXT" || type == "SPF") return std::string(content);
  std::string given;
  std::string name;
  bool is_quoted = false;
  const auto end_name = [&] {
    given += is_ascii(name) ? name : canonical_given_name(name);
    name.clear();
  };
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted || c == '"' || is_blank(c)) {
      end_name();
      given += c;
    } else {
      name += c;
    }
    if (c == '\\' && i + 1 < content.size()) (is_quoted ? given : name) += content[++i];
  }
  end_name();
  return given;
}

std::optional<std::string> international_spelling(std::string_view name) {
  try {
    const std::string raw = with_raw_octets(canonical_name(name));
    if (is_ascii(raw)) return std::nullopt;
    return canonical_given_name(raw);
  } catch (const InvalidName&) {
    return std::nullopt;
  }
}

}  // namespace mxbalance::db
