#include "db/edits_addresses.h"

#include <array>
#include <charconv>
#include <cstdint>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace mxbalance::db {

std::optional<std::string> canonical_address(std::string_view text) {
  const std::string address(text);
  in_addr ipv4{};
  if (inet_pton(AF_INET, address.c_str(), &ipv4) == 1) return address;
  in6_addr ipv6{};
  if (inet_pton(AF_INET6, address.c_str(), &ipv6) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> shortest{};
  if (inet_ntop(AF_INET6, &ipv6, shortest.data(), shortest.size()) == nullptr) return std::nullopt;
  const std::string_view written = shortest.data();
  if (written.find('.') != std::string_view::npos) return std::nullopt;
  return std::string(written);
}

std::optional<std::string> canonical_primary(std::string_view text) {
  if (auto address = canonical_address(text)) return address;
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

}  // namespace mxbalance::db
