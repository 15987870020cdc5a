#include "db/dns/addresses.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include "db/base/ip_address.h"

namespace mxbalance::db {

namespace {

bool is_port(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// inet_aton() passes over a blank and all that follows.
bool is_one_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

using Octets = std::array<unsigned char, sizeof(in6_addr)>;

/// All addresses that begin with the same bits.
struct Range {
  int family;
  Octets first;
  std::size_t bits;
  std::string_view kind;
};

// The first range that holds an address decides. RFC 6890, RFC 4291 §2.
constexpr std::array ranges = std::to_array<Range>({
    {AF_INET, {0}, 8, "an address of no host (0.0.0.0/8)"},
    {AF_INET, {127}, 8, "a loopback address"},
    {AF_INET, {169, 254}, 16, "a link-local address"},
    {AF_INET, {224}, 4, "a multicast address"},
    {AF_INET, {240}, 4, "a reserved address (240.0.0.0/4)"},
    {AF_INET6, {}, 128, "the unspecified address"},
    {AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "the loopback address"},
    {AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "an IPv4 address in the form of IPv6"},
    {AF_INET6, {}, 96, "an IPv4 address in the form of IPv6"},
    {AF_INET6, {0xfe, 0x80}, 10, "a link-local address"},
    {AF_INET6, {0xff}, 8, "a multicast address"},
});

bool holds(const Range& range, const Octets& address) {
  const std::size_t whole = range.bits / 8;
  if (!std::equal(address.begin(), address.begin() + whole, range.first.begin())) return false;
  const auto left = range.bits % 8;
  return left == 0 || (address[whole] ^ range.first[whole]) >> (8 - left) == 0;
}

}  // namespace

std::optional<std::string> canonical_address(std::string_view text) {
  if (ipv4_address(text)) return std::string(text);
  const auto ipv6 = ipv6_address(text);
  if (!ipv6) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> shortest{};
  if (inet_ntop(AF_INET6, &*ipv6, shortest.data(), shortest.size()) == nullptr) return std::nullopt;
  const std::string_view written = shortest.data();
  if (written.find('.') != std::string_view::npos) return std::nullopt;
  return std::string(written);
}

std::optional<std::string_view> unreachable_kind(std::string_view address) {
  Octets octets{};
  const auto ipv4 = ipv4_address(address);
  const auto ipv6 = ipv6_address(address);
  if (!ipv4 && !ipv6) return std::nullopt;
  if (ipv4) std::memcpy(octets.data(), &*ipv4, sizeof *ipv4);
  if (ipv6) std::memcpy(octets.data(), &*ipv6, sizeof *ipv6);
  const int family = ipv4 ? AF_INET : AF_INET6;
  const auto* const found = std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) {
    return range.family == family && holds(range, octets);
  });
  return found == ranges.end() ? std::nullopt : std::optional(found->kind);
}

std::optional<std::string> canonical_primary(std::string_view text) {
  if (auto address = canonical_address(text)) return address;
  if (text.find('%') != std::string_view::npos)
    return is_primary(text) && is_one_word(text) ? std::optional(std::string(text)) : std::nullopt;
  if (text.starts_with('[') && text.ends_with(']')) {
    auto address = canonical_address(text.substr(1, text.size() - 2));
    return address && address->find(':') != std::string::npos ? address : std::nullopt;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = text.substr(colon + 1);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0) return std::nullopt;
  auto host = text.substr(0, colon);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  const auto address = canonical_address(host);
  if (!address || is_bracketed != (address->find(':') != std::string::npos)) return std::nullopt;
  return (is_bracketed ? "[" + *address + "]" : *address) + ":" + std::to_string(number);
}

bool is_primary(std::string_view text) {
  constexpr auto is_ipv4 = [](const std::string& host) {
    in_addr address{};
    return inet_aton(host.c_str(), &address) != 0;
  };
  constexpr auto is_ipv6 = [](const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_INET6;
    hints.ai_flags = AI_NUMERICHOST;  // also accepts a scope, fe80::1%2
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
    freeaddrinfo(found);
    return true;
  };
  if (text.find('\0') != std::string_view::npos) return false;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6(std::string(text.substr(1, end - 1)))) return false;
    const auto rest = text.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const auto colon = text.find(':');
  const bool has_port = colon != std::string_view::npos;
  if (is_ipv4(std::string(text.substr(0, colon))) && (!has_port || is_port(text.substr(colon + 1)))) return true;
  return is_ipv6(std::string(text));  // inet_aton() would read 2001:db8::1 as the number 2001
}

}  // namespace mxbalance::db
