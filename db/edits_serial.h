// The serial of a SOA record: how an edit raises it. Stateless; safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// The serial of a zone made on `today`: YYYYMMDD01 (RFC 1912 §2.2).
std::uint32_t first_serial(std::chrono::year_month_day today);

/// The serial after `serial`, higher in RFC 1982's arithmetic: YYYYMMDD01 of `today` where `serial` is in that
/// style and of an earlier day, else one more. Never 0, which PowerDNS takes as "none".
std::uint32_t next_serial(std::uint32_t serial, std::chrono::year_month_day today);

/// `content` of a SOA record with its serial raised. Throws Refusal where it has no serial that can be read.
std::string raise_serial(std::string_view content, std::chrono::year_month_day today);

}  // namespace mxbalance::db
