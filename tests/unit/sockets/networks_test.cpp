#include "backend/sockets/networks.h"

#include <cstring>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "backend/sockets/endpoint.h"

namespace mxbalance::listen {
namespace {

sockaddr_storage peer(const std::string& address) {
  sockaddr_storage storage{};
  sockaddr_in ipv4{};
  sockaddr_in6 ipv6{};
  if (::inet_pton(AF_INET, address.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    std::memcpy(&storage, &ipv4, sizeof ipv4);
  } else if (::inet_pton(AF_INET6, address.c_str(), &ipv6.sin6_addr) == 1) {
    ipv6.sin6_family = AF_INET6;
    std::memcpy(&storage, &ipv6, sizeof ipv6);
  }
  return storage;
}

TEST(Networks, WhoLiesInWhich) {
  const struct {
    const char* network;
    const char* address;
    bool inside;
  } cases[] = {
      {"192.0.2.0/24", "192.0.2.0", true},
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.0/24", "192.0.1.255", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.128/25", "192.0.2.128", true},
      {"192.0.2.53", "192.0.2.53", true},
      {"192.0.2.53", "192.0.2.52", false},
      {"0.0.0.0/0", "198.51.100.1", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"2001:db8::/32", "2001:db8:ffff::1", true},
      {"2001:db8::/32", "2001:db9::1", false},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.1", false},
      {"192.0.2.0/24", "127.0.0.1", true},
      {"192.0.2.0/24", "127.255.255.255", true},
      {"192.0.2.0/24", "::1", true},
      {"192.0.2.0/24", "::ffff:192.0.2.1", false},
  };
  for (const auto& [network, address, inside] : cases)
    EXPECT_EQ(may_connect(peer(address), {parse_network(network)}), inside) << network << " " << address;
}

TEST(Networks, NoneButThisMachineWithoutAList) {
  EXPECT_TRUE(may_connect(peer("127.0.0.1"), {}));
  EXPECT_TRUE(may_connect(peer("::1"), {}));
  EXPECT_FALSE(may_connect(peer("192.0.2.1"), {}));
  EXPECT_FALSE(may_connect(sockaddr_storage{}, {}));
}

TEST(Networks, WhatIsNone) {
  const std::string form = "; write it as 192.0.2.0/24, 2001:db8::/32 or 192.0.2.53";
  const std::pair<std::string, std::string> cases[] = {
      {"", "it begins with no IP address"},
      {"example.com", "it begins with no IP address"},
      {"192.0.2/24", "it begins with no IP address"},
      {"192.0.2.0/33", "the prefix is a whole number from 0 to 32"},
      {"192.0.2.0/", "the prefix is a whole number from 0 to 32"},
      {"192.0.2.0/-1", "the prefix is a whole number from 0 to 32"},
      {"192.0.2.0/24x", "the prefix is a whole number from 0 to 32"},
      {"::/129", "the prefix is a whole number from 0 to 128"},
      {"192.0.2.1/24", "the address has bits beyond its prefix of 24"},
  };
  for (const auto& [text, reason] : cases) {
    try {
      parse_network(text);
      ADD_FAILURE() << text;
    } catch (const EndpointError& error) {
      EXPECT_EQ(error.what(), "\"" + text + "\" is no network: " + reason + form);
    }
  }
}

TEST(Networks, Loopback) {
  for (const auto* host : {"127.0.0.1", "127.9.9.9", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const auto* host : {"0.0.0.0", "::", "192.0.2.1", "128.0.0.1", "example.com", ""})
    EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace mxbalance::listen
