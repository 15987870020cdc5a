// Addresses of mail servers in the form of the store. Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// `text` in the form of the store. It is an IPv4 address, or an IPv6 address in any spelling. IPv6 gets its
/// shortest form in lower case (RFC 5952 §4). Absent for other text, and for an IPv6 address with an IPv4 address
/// inside (RFC 4291 §2.5.5), which no mail server has.
std::optional<std::string> canonical_address(std::string_view text);

/// Why no other host can reach `address`, such as "a loopback address". Absent when some host may, or when it is
/// no address. Private addresses can be reached within a network.
std::optional<std::string_view> unreachable_kind(std::string_view address);

/// A primary of a secondary zone: an address with an optional port (192.0.2.1:5300, [2001:db8::1]:5300), as
/// PowerDNS reads it. Absent for other text.
std::optional<std::string> canonical_primary(std::string_view text);

/// Whether PowerDNS reads `text` as an address with an optional port. PowerDNS accepts more than
/// canonical_primary(). Other text in a zone's primaries ends pdns_server.
bool is_primary(std::string_view text);

}  // namespace mxbalance::db
