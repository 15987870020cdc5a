// Reads the columns of a static record's row. They may be of any storage class, because SQLite stores whatever SQL
// writes. Stateless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <SQLiteCpp/Column.h>

namespace mxbalance::db {

/// A value for a sentence: a number as it is, anything else in quotes.
std::string shown(const SQLite::Column& value);

/// The content as PowerDNS reads it. Types with a priority have records.prio in front. An SOA record is completed
/// as PowerDNS does it (tolerated_soa()); without an SOA record every name of the zone would fail.
std::string record_content(std::string_view type, const SQLite::Column& priority, const SQLite::Column& content);

/// What is wrong with records.prio, as a sentence, for a type that has a priority in front of its content. Absent:
/// nothing.
std::optional<std::string> priority_problem(std::string_view type, const SQLite::Column& priority);

/// records.ttl in seconds, as PowerDNS reads it: the default TTL where there is none, else the number at the start
/// of the text. Absent when there is no number, or a number that a DNS message cannot hold (RFC 2181 §8).
std::optional<std::uint32_t> record_ttl(const SQLite::Column& ttl);

/// Why record_ttl() is absent, as a sentence.
std::string ttl_problem(const SQLite::Column& ttl);

}  // namespace mxbalance::db
