// The fields in the content of an SOA record (RFC 1035 §3.3.13). Stateless; safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// The first serial of a zone that is created on `today`: YYYYMMDD01 (RFC 1912 §2.2).
std::uint32_t first_serial(std::chrono::year_month_day today);

/// The SOA content as PowerDNS reads it when it looks for a zone's authority: the first seven fields, and of each
/// number the digits at its beginning ("1H" is 1). If that is no SOA content either, `content` unchanged.
std::string tolerated_soa(std::string_view content);

/// Absent where the content has no readable serial.
std::optional<std::uint32_t> soa_serial(std::string_view content);

/// The refresh interval of secondaries in seconds. Absent where the content has no readable one.
std::optional<std::uint32_t> soa_refresh(std::string_view content);

/// `content` with another serial. Unchanged where it has none.
std::string with_serial(std::string_view content, std::uint32_t serial);

/// `content` with another hostmaster, which is a name. Throws Refusal where it has none.
std::string with_hostmaster(std::string_view content, std::string_view hostmaster);

}  // namespace mxbalance::db
