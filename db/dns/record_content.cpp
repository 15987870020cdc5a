#include "db/dns/record_content.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <arpa/inet.h>

#include "db/dns/names.h"

namespace mxbalance::db {

namespace {

using Problem = std::optional<std::string>;
using Fields = std::vector<std::string_view>;

// PowerDNS reads a type that it does not know as an empty non-terminal, and fails on its content.
constexpr std::array known_types = std::to_array<std::string_view>(
    {"A",     "A6",     "AAAA",   "ADDR",  "AFSDB",      "ALIAS",      "APL",   "BRID",    "CAA",  "CDNSKEY",
     "CDS",   "CERT",   "CNAME",  "CSYNC", "DHCID",      "DLV",        "DNAME", "DNSKEY",  "DS",   "EUI48",
     "EUI64", "HHIT",   "HINFO",  "HTTPS", "IPSECKEY",   "KEY",        "KX",    "L32",     "L64",  "LOC",
     "LP",    "LUA",    "MAILA",  "MAILB", "MB",         "MG",         "MINFO", "MR",      "MX",   "NAPTR",
     "NID",   "NS",     "NSEC",   "NSEC3", "NSEC3PARAM", "OPENPGPKEY", "PTR",   "RESINFO", "RKEY", "RP",
     "RRSIG", "SIG",    "SMIMEA", "SOA",   "SPF",        "SRV",        "SSHFP", "SVCB",    "TLSA", "TXT",
     "URI",   "WALLET", "WKS",    "ZONEMD"});

// What PowerDNS skips between fields, and at both ends of a content.
constexpr std::string_view blanks = " \t\r\n";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hexadecimal(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9');
}

Fields split(std::string_view content) {
  Fields fields;
  for (auto start = content.find_first_not_of(blanks); start != std::string_view::npos;) {
    const auto end = content.find_first_of(blanks, start);
    fields.push_back(content.substr(start, end - start));
    start = content.find_first_not_of(blanks, end);
  }
  return fields;
}

Problem number_problem(std::string_view field, std::string_view what, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error == std::errc() && end == field.data() + field.size() && value <= most) return std::nullopt;
  return std::string(what) + " is \"" + std::string(field) + "\": it must be a whole number from 0 to " +
         std::to_string(most);
}

Problem name_problem(std::string_view field) {
  try {
    (void)canonical_name(field);
    return std::nullopt;
  } catch (const InvalidName& error) {
    return error.what();
  }
}

Problem count_problem(const Fields& fields, std::size_t wanted, std::string_view form) {
  if (fields.size() == wanted) return std::nullopt;
  return "the content must be: " + std::string(form);
}

Problem ipv4_problem(const Fields& fields) {
  const std::string text = fields.size() == 1 ? std::string(fields.front()) : std::string();
  std::string_view rest = text;
  int groups = 0;
  while (!rest.empty()) {
    const auto group = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(rest.size(), group.size() + 1));
    ++groups;
    if (number_problem(group, "", 255)) groups = 5;
  }
  if (groups == 4 && text.back() != '.') return std::nullopt;
  return "the content must be an IPv4 address such as 192.0.2.1";
}

Problem ipv6_problem(const Fields& fields) {
  in6_addr address{};
  if (fields.size() == 1 && inet_pton(AF_INET6, std::string(fields.front()).c_str(), &address) == 1)
    return std::nullopt;
  return "the content must be an IPv6 address such as 2001:db8::1";
}

Problem single_name_problem(const Fields& fields) {
  if (auto problem = count_problem(fields, 1, "one name")) return problem;
  return name_problem(fields[0]);
}

Problem mx_problem(const Fields& fields) {
  if (auto problem = count_problem(fields, 2, "preference, name")) return problem;
  if (auto problem = number_problem(fields[0], "the preference", 65535)) return problem;
  return name_problem(fields[1]);
}

Problem srv_problem(const Fields& fields) {
  if (auto problem = count_problem(fields, 4, "priority, weight, port, name")) return problem;
  constexpr std::array<std::string_view, 3> names = {"the priority", "the weight", "the port"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (auto problem = number_problem(fields[i], names[i], 65535)) return problem;
  }
  return name_problem(fields[3]);
}

Problem soa_problem(const Fields& fields) {
  constexpr std::array<std::string_view, 5> names = {"the serial", "the refresh time", "the retry time",
                                                     "the expiry time", "the minimum"};
  if (auto problem =
          count_problem(fields, 7, "primary server, mailbox, serial, refresh, retry, expiry, minimum")) {
    return problem;
  }
  for (const auto& name : {fields[0], fields[1]}) {
    if (auto problem = name_problem(name)) return problem;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (auto problem = number_problem(fields[i + 2], names[i], 4294967295)) return problem;
  }
  return std::nullopt;
}

/// The position after the closing quote of the string that opens at `start`; npos if it never closes.
std::size_t end_of_string(std::string_view content, std::size_t start) {
  for (std::size_t i = start + 1; i < content.size(); ++i) {
    if (content[i] == '"') return i + 1;
    if (content[i] != '\\') continue;
    const auto digits = content.substr(i + 1, 3);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!digits.empty() && is_digit(digits.front())) {
      if (digits.size() < 3 || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::string_view::npos;
      i += 3;
    } else {
      ++i;
    }
  }
  return std::string_view::npos;
}

/// Character strings (RFC 1035 §5.1) in quotes; the last may be bare if it is of letters and digits.
Problem strings_problem(std::string_view content) {
  content = content.substr(0, content.find_last_not_of(blanks) + 1);
  for (auto at = content.find_first_not_of(blanks); at < content.size();
       at = content.find_first_not_of(blanks, at)) {
    const auto rest = content.substr(at);
    if (std::all_of(rest.begin(), rest.end(), is_letter_or_digit)) break;
    at = rest.front() == '"' ? end_of_string(content, at) : std::string_view::npos;
    if (at == std::string_view::npos) {
      return "the content must be strings in double quotes, such as \"v=spf1 -all\"";
    }
  }
  return std::nullopt;
}

/// PowerDNS puts TXT that does not start with a quote between quotes.
Problem txt_problem(std::string_view content) {
  if (content.empty() || content.front() == '"') return strings_problem(content);
  return strings_problem('"' + std::string(content) + '"');
}

Problem caa_problem(std::string_view content, const Fields& fields) {
  if (fields.size() < 2)
    return "the content must be: flags, tag, value in double quotes, such as 0 issue \"ca.example\"";
  if (auto problem = number_problem(fields[0], "the flags", 255)) return problem;
  const std::string_view tag = fields[1];
  if (!std::all_of(tag.begin(), tag.end(), is_letter_or_digit)) {
    return "the tag is \"" + std::string(tag) + "\": only letters and digits are allowed (RFC 8659 §4.1)";
  }
  const auto value = content.substr(static_cast<std::size_t>(tag.data() - content.data()) + tag.size());
  // For PowerDNS a tab is part of the tag.
  if (fields.size() > 2 && value.front() != ' ') return "the tag must have a space after it";
  return strings_problem(value);
}

/// PowerDNS skips what stands between the hexadecimal digits, such as the colons of a fingerprint.
Problem tlsa_problem(const Fields& fields) {
  constexpr std::size_t numbers = 3;
  constexpr std::array<std::string_view, numbers> names = {"the usage", "the selector", "the matching type"};
  if (fields.size() <= numbers) return "the content must be: usage, selector, matching type, hexadecimal digits";
  for (std::size_t i = 0; i < numbers; ++i) {
    if (auto problem = number_problem(fields[i], names[i], 255)) return problem;
  }
  bool has_digits = false;
  for (auto field = fields.begin() + numbers; field != fields.end(); ++field) {
    for (const char c : *field) {
      if (is_letter_or_digit(c) && !is_hexadecimal(c))
        return "\"" + std::string(*field) + "\" must be hexadecimal digits";
      has_digits = has_digits || is_hexadecimal(c);
    }
  }
  if (!has_digits) return "the certificate association data has no hexadecimal digits";
  return std::nullopt;
}

bool is_known(std::string_view type) {
  if (std::find(known_types.begin(), known_types.end(), type) != known_types.end()) return true;
  constexpr std::string_view generic = "TYPE";  // RFC 3597 §5
  return type.starts_with(generic) && !number_problem(type.substr(generic.size()), "", 65535);
}

}  // namespace

std::optional<std::string> content_problem(std::string_view type, std::string_view content) {
  if (content.find('\0') != std::string_view::npos) return "the content holds a NUL byte";
  if (type == "TXT") return txt_problem(content);
  if (type == "SPF") return strings_problem(content);
  const Fields fields = split(content);
  if (type == "A") return ipv4_problem(fields);
  if (type == "AAAA") return ipv6_problem(fields);
  if (type == "MX") return mx_problem(fields);
  if (type == "NS" || type == "CNAME" || type == "DNAME" || type == "PTR") return single_name_problem(fields);
  if (type == "SOA") return soa_problem(fields);
  if (type == "SRV") return srv_problem(fields);
  if (type == "CAA") return caa_problem(content, fields);
  if (type == "TLSA") return tlsa_problem(fields);
  if (!is_known(type)) return "PowerDNS knows no type \"" + std::string(type) + "\"";
  return std::nullopt;
}

std::string content_with_priority(std::string_view type, std::optional<std::int64_t> priority,
                                  std::string_view content) {
  if (type != "MX" && type != "SRV") return std::string(content);
  std::string whole = std::to_string(priority.value_or(0)) + " " + std::string(content);
  if (content_problem(type, whole) && !content_problem(type, content)) return std::string(content);
  return whole;
}

std::pair<std::int64_t, std::string> split_priority(std::string_view type, std::string_view content) {
  if (type != "MX" && type != "SRV") return {0, std::string(content)};
  const auto start = content.find_first_not_of(blanks);
  const auto end = content.find_first_of(blanks, start);
  std::int64_t priority = 0;
  std::from_chars(content.data() + start, content.data() + end, priority);
  return {priority, std::string(content.substr(content.find_first_not_of(blanks, end)))};
}

}  // namespace mxbalance::db
