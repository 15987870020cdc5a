#include "backend/sockets/networks.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "backend/sockets/endpoint.h"
#include "db/base/ip_address.h"

namespace mxbalance::listen {

namespace {

constexpr unsigned bits_of_ipv4 = 32;
constexpr unsigned bits_of_ipv6 = 128;

/// Reads an address as a network that holds only this address.
std::optional<Network> parse_address(std::string_view text) {
  Network address;
  if (const auto ipv4 = db::ipv4_address(text)) {
    std::memcpy(address.prefix.data(), &*ipv4, sizeof *ipv4);
    address.bits = bits_of_ipv4;
    return address;
  }
  const auto ipv6 = db::ipv6_address(text);
  if (!ipv6) return std::nullopt;
  std::memcpy(address.prefix.data(), &*ipv6, sizeof *ipv6);
  address.is_ipv6 = true;
  address.bits = bits_of_ipv6;
  return address;
}

bool has_bit(const Network& network, unsigned index) {
  return (unsigned{network.prefix.at(index / 8U)} >> (7U - index % 8U) & 1U) != 0;
}

bool contains(const Network& network, const Network& address) {
  if (network.is_ipv6 != address.is_ipv6) return false;
  for (unsigned i = 0; i < network.bits; ++i) {
    if (has_bit(network, i) != has_bit(address, i)) return false;
  }
  return true;
}

std::optional<Network> address_of(const sockaddr_storage& peer) {
  Network address;
  if (peer.ss_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &peer, sizeof ipv4);
    std::memcpy(address.prefix.data(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    address.bits = bits_of_ipv4;
    return address;
  }
  if (peer.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 ipv6{};
  std::memcpy(&ipv6, &peer, sizeof ipv6);
  std::memcpy(address.prefix.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
  address.is_ipv6 = true;
  address.bits = bits_of_ipv6;
  return address;
}

bool is_loopback(const Network& address) {
  static const Network ipv4 = parse_network("127.0.0.0/8");
  static const Network ipv6 = parse_network("::1");
  return contains(ipv4, address) || contains(ipv6, address);
}

}  // namespace

Network parse_network(std::string_view text) {
  const auto refuse = [&](const std::string& reason) {
    throw EndpointError(fmt::format(
        "\"{}\" is no network: {}; write it as 192.0.2.0/24, 2001:db8::/32 or 192.0.2.53", text, reason));
  };
  const auto slash = text.find('/');
  const auto address = parse_address(std::string(text.substr(0, slash)));
  if (!address) refuse("it begins with no IP address");
  Network network = *address;
  if (slash == std::string_view::npos) return network;
  const auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size() || bits > network.bits) {
    refuse(fmt::format("the prefix is a whole number from 0 to {}", network.bits));
  }
  for (unsigned i = bits; i < network.bits; ++i) {
    if (has_bit(network, i)) refuse(fmt::format("the address has bits beyond its prefix of {}", bits));
  }
  network.bits = bits;
  return network;
}

bool is_loopback(std::string_view host) {
  const auto address = parse_address(std::string(host));
  return address && is_loopback(*address);
}

bool may_connect(const sockaddr_storage& peer, const std::vector<Network>& networks) {
  const auto address = address_of(peer);
  if (!address) return false;
  return is_loopback(*address) || std::any_of(networks.begin(), networks.end(),
                                              [&](const Network& network) { return contains(network, *address); });
}

std::string peer_name(const sockaddr_storage& peer) {
  const auto address = address_of(peer);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (!address || ::inet_ntop(peer.ss_family, address->prefix.data(), text.data(), text.size()) == nullptr) {
    return "an unknown address";
  }
  return text.data();
}

}  // namespace mxbalance::listen
