// Networks in CIDR form (RFC 4632, RFC 4291 §2.3) and the addresses that may connect. Values; safe from any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr_storage;

namespace mxbalance::listen {

struct Network {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> prefix{};  ///< an IPv4 prefix is in the first four octets
  unsigned bits = 0;                      ///< length of the prefix: 0 to 32, or 0 to 128
};

/// Reads "192.0.2.0/24", "2001:db8::/32", or a single address. Throws EndpointError where bits after the prefix
/// are set, because the meaning is not clear then.
Network parse_network(std::string_view text);

/// Whether `host`, an IP address, is this machine's loopback (127.0.0.0/8 or ::1).
bool is_loopback(std::string_view host);

/// Whether the address of the client is loopback or in one of `networks`.
bool may_connect(const sockaddr_storage& peer, const std::vector<Network>& networks);

/// The client's address as people write it.
std::string peer_name(const sockaddr_storage& peer);

}  // namespace mxbalance::listen
