// IP addresses as text. Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string_view>

#include <netinet/in.h>

namespace mxbalance::db {

/// The IPv4 address that all of `text` spells: four numbers from 0 to 255 with dots between them, as inet_pton(3)
/// reads them. Absent for other text, also for an address that a NUL byte and more follow.
std::optional<in_addr> ipv4_address(std::string_view text);

/// The IPv6 address that all of `text` spells (RFC 4291 §2.2), without a zone index. Absent for other text, also
/// for an address that a NUL byte and more follow.
std::optional<in6_addr> ipv6_address(std::string_view text);

}  // namespace mxbalance::db
