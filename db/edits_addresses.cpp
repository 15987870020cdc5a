#include "db/edits_addresses.h"

#include <array>

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

}  // namespace mxbalance::db
