#include "db/dns/nsec3.h"

#include <algorithm>
#include <charconv>
#include <new>

#include <openssl/evp.h>

#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::db {

namespace {

constexpr std::string_view base32hex = "0123456789abcdefghijklmnopqrstuv";
constexpr std::size_t label_size = 32;

template <typename Number>
bool parse_number(std::string_view text, Number& number, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size();
}

/// Reads a salt as PowerDNS does: it skips characters that are no letters or digits, also "-", and adds a 0 for a
/// missing last digit.
bool parse_salt(std::string_view text, std::string& salt) {
  constexpr std::size_t longest = 255;
  std::string digits;
  for (const char c : text) {
    if (is_letter_or_digit(c)) digits += c;
  }
  if (digits.size() % 2 != 0) digits += '0';
  if (digits.size() / 2 > longest) return false;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    std::uint8_t octet = 0;
    if (!parse_number(std::string_view(digits).substr(i, 2), octet, 16)) return false;
    salt += static_cast<char>(octet);
  }
  return true;
}

std::optional<Nsec3Parameters> read_parameters(std::string_view text) {
  std::uint8_t algorithm = 0;  // only SHA-1 is defined
  std::uint8_t flags = 0;
  Nsec3Parameters parameters;
  const bool has_numbers = parse_number(take_word(text), algorithm) && parse_number(take_word(text), flags) &&
                           parse_number(take_word(text), parameters.iterations);
  const auto salt = take_word(text);
  if (!has_numbers || salt.empty() || !parse_salt(salt, parameters.salt)) return std::nullopt;
  parameters.opt_out = (flags & 1U) != 0;
  return parameters;
}

}  // namespace

std::optional<Nsec3Parameters> parse_nsec3_parameters(std::string_view text) {
  auto parameters = read_parameters(text);
  if (parameters) parameters->iterations = std::min(parameters->iterations, most_nsec3_iterations);
  return parameters;
}

bool takes_more_iterations(std::string_view text) {
  const auto parameters = read_parameters(text);
  return parameters && parameters->iterations > most_nsec3_iterations;
}

Nsec3Hasher::Nsec3Hasher(Nsec3Parameters parameters)
    : parameters_(std::move(parameters)), digest_(EVP_MD_CTX_new()) {
  if (digest_ == nullptr) throw std::bad_alloc();
  if (EVP_DigestInit_ex(digest_, EVP_sha1(), nullptr) != 1) {
    EVP_MD_CTX_free(digest_);
    throw StoreFailure("OpenSSL has no SHA-1, which NSEC3 needs (RFC 5155 §11)");
  }
}

Nsec3Hasher::~Nsec3Hasher() {
  EVP_MD_CTX_free(digest_);
}

Nsec3Hash Nsec3Hasher::operator()(std::string_view wire_name) {
  Nsec3Hash hash{};
  const void* input = wire_name.data();
  std::size_t size = wire_name.size();
  for (unsigned round = 0; round <= parameters_.iterations; ++round) {
    const bool is_done = EVP_DigestInit_ex(digest_, nullptr, nullptr) == 1 &&
                         EVP_DigestUpdate(digest_, input, size) == 1 &&
                         EVP_DigestUpdate(digest_, parameters_.salt.data(), parameters_.salt.size()) == 1 &&
                         EVP_DigestFinal_ex(digest_, hash.data(), nullptr) == 1;
    if (!is_done) throw StoreFailure("OpenSSL cannot compute SHA-1");
    input = hash.data();
    size = hash.size();
  }
  return hash;
}

std::string nsec3_label(const Nsec3Hash& hash) {
  std::string label;
  label.reserve(label_size);
  unsigned bits = 0;
  unsigned held = 0;
  for (const std::uint8_t octet : hash) {
    bits = (bits << 8U) | octet;
    for (held += 8; held >= 5; held -= 5)
      label += base32hex[(bits >> (held - 5)) & 31U];
  }
  return label;
}

std::optional<Nsec3Hash> parse_nsec3_label(std::string_view label) {
  if (label.size() != label_size) return std::nullopt;
  Nsec3Hash hash{};
  unsigned bits = 0;
  unsigned held = 0;
  auto* octet = hash.data();
  for (const char c : label) {
    const auto value = base32hex.find(lower(c));
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 5U) | static_cast<unsigned>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      *octet++ = static_cast<std::uint8_t>(bits >> held);
    }
  }
  return hash;
}

}  // namespace mxbalance::db
