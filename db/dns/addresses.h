// Mail servers' addresses as the store keeps them. Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// `text` (an IPv4 address, or an IPv6 address in any spelling) as the store keeps it: IPv6 in the shortest form,
/// in lower case (RFC 5952 §4). Absent for anything else, and for an IPv6 address with an IPv4 address inside (RFC
/// 4291 §2.5.5), which no mail server has.
std::optional<std::string> canonical_address(std::string_view text);

/// Why no other host reaches `address`, such as "a loopback address"; absent: some may, or it is no address.
/// Private addresses are reached inside of a network.
std::optional<std::string_view> unreachable_kind(std::string_view address);

/// A primary of a secondary zone: an address, with a port or not (192.0.2.1:5300, [2001:db8::1]:5300), as PowerDNS
/// reads it. Absent for anything else.
std::optional<std::string> canonical_primary(std::string_view text);

/// Whether PowerDNS reads `text` as an address with or without a port: what it takes is more than what
/// canonical_primary() does. Anything else in a zone's primaries ends pdns_server.
bool is_primary(std::string_view text);

}  // namespace mxbalance::db
