#include "db/base/ip_address.h"

#include <string>

#include <arpa/inet.h>

namespace mxbalance::db {

namespace {

template <typename Address>
std::optional<Address> read_address(int family, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;  // inet_pton() would end there
  Address address{};
  if (inet_pton(family, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return address;
}

}  // namespace

std::optional<in_addr> ipv4_address(std::string_view text) {
  return read_address<in_addr>(AF_INET, text);
}

std::optional<in6_addr> ipv6_address(std::string_view text) {
  return read_address<in6_addr>(AF_INET6, text);
}

}  // namespace mxbalance::db
