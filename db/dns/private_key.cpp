#include "db/dns/private_key.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

constexpr std::array<std::string_view, 8> rsa_key_fields = {
    "modulus", "publicexponent", "privateexponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient"};

/// The requirements of an algorithm (RFC 8624 §3.1) for its key.
struct KeyAlgorithm {
  unsigned number = 0;
  std::size_t least_octets = 0;
  std::size_t most_octets = 0;  ///< of the field PrivateKey; 0: an RSA key, which has other fields
};

constexpr auto key_algorithms = std::to_array<KeyAlgorithm>(
    {{5, 0, 0}, {7, 0, 0}, {8, 0, 0}, {10, 0, 0}, {13, 1, 32}, {14, 1, 48}, {15, 32, 32}, {16, 57, 57}});

using KeyFields = std::map<std::string, std::string_view>;

/// The fields of the key by their names in lower case. Lines without a colon are skipped.
KeyFields key_fields(std::string_view content) {
  KeyFields fields;
  while (!content.empty()) {
    const auto line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    fields[lower(trimmed(line.substr(0, colon)))] = trimmed(line.substr(colon + 1));
  }
  return fields;
}

std::size_t base64_octets(std::string_view text) {
  const auto is_of_base64 = [](char c) { return is_letter_or_digit(c) || c == '+' || c == '/'; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_of_base64)) * 3 / 4;
}

std::size_t octets_of(const KeyFields& fields, std::string_view name) {
  const auto found = fields.find(std::string(name));
  return found == fields.end() ? 0 : base64_octets(found->second);
}

std::optional<std::string> key_field_problem(const KeyFields& fields, const KeyAlgorithm& algorithm) {
  if (algorithm.most_octets == 0) {
    for (const auto name : rsa_key_fields) {
      if (octets_of(fields, name) == 0) return fmt::format("its line \"{}\" is missing or empty", name);
    }
    return std::nullopt;
  }
  const auto octets = octets_of(fields, "privatekey");
  if (octets >= algorithm.least_octets && octets <= algorithm.most_octets) return std::nullopt;
  return fmt::format("its line \"PrivateKey\" has {} octets: {} are wanted", octets, algorithm.most_octets);
}

}  // namespace

std::optional<std::string> private_key_problem(std::string_view content) {
  const auto fields = key_fields(content);
  if (fields.contains("engine")) return std::nullopt;  // the key is in a hardware device
  const auto found = fields.find("algorithm");
  if (found == fields.end())
    return "its content has no line \"Algorithm\": it must be the text of a private key file, such as "
           "dnssec-keygen writes";
  unsigned number = 0;
  (void)std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
  const auto* const algorithm = std::find_if(key_algorithms.begin(), key_algorithms.end(),
                                             [&](const KeyAlgorithm& one) { return one.number == number; });
  if (algorithm == key_algorithms.end())
    return fmt::format("its algorithm is {}: 5, 7, 8, 10, 13, 14, 15 and 16 are allowed", quoted(found->second));
  return key_field_problem(fields, *algorithm);
}

}  // namespace mxbalance::db
