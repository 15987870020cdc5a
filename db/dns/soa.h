// The fields of a SOA record's content (RFC 1035 §3.3.13). Stateless; safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// The serial of a zone made on `today`: YYYYMMDD01 (RFC 1912 §2.2).
std::uint32_t first_serial(std::chrono::year_month_day today);

/// What PowerDNS takes a SOA content for when it looks for a zone's authority: the first seven fields, and of each
/// number the digits that it begins with ("1H" is 1). Where that is no SOA record either, `content` as it is.
std::string tolerated_soa(std::string_view content);

/// Absent where the content has no serial that can be read.
std::optional<std::uint32_t> soa_serial(std::string_view content);

/// How often a secondary asks for news, in seconds; absent where the content has none that can be read.
std::optional<std::uint32_t> soa_refresh(std::string_view content);

/// `content` with another serial; as it is where it has none.
std::string with_serial(std::string_view content, std::uint32_t serial);

/// `content` with another hostmaster (a name). Throws Refusal where it has none.
std::string with_hostmaster(std::string_view content, std::string_view hostmaster);

}  // namespace mxbalance::db
