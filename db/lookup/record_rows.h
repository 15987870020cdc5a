// The columns of a static record's row, of any storage class: the store takes whatever SQL writes. Stateless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <SQLiteCpp/Column.h>

namespace mxbalance::db {

/// The content as PowerDNS reads it: with records.prio in front, for the types that have it there, and of a SOA
/// record what it takes for one (tolerated_soa()), without which every name of the zone would fail.
std::string record_content(std::string_view type, const SQLite::Column& priority, const SQLite::Column& content);

/// What is wrong with records.prio of a type that has it in front of its content, as a sentence; absent: nothing.
std::optional<std::string> priority_problem(std::string_view type, const SQLite::Column& priority);

/// records.ttl in seconds, as PowerDNS reads it: its default where there is none, else the number that the text
/// begins with. Absent: there is no number, or none that a message can hold (RFC 2181 §8).
std::optional<std::uint32_t> record_ttl(const SQLite::Column& ttl);

/// Why record_ttl() is absent, as a sentence.
std::string ttl_problem(const SQLite::Column& ttl);

}  // namespace mxbalance::db
