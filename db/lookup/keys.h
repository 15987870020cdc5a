// DNSSEC keys, as PowerDNS's SQLite backend stores them. Each function runs inside the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace SQLite {
class Column;
}

namespace mxbalance::db {

struct DnssecKey {
  std::int64_t id = 0;
  std::uint32_t flags = 256;  ///< of the DNSKEY record (RFC 4034 §2.1.1): 256, or 257 of a secure entry point
  bool active = true;         ///< signs
  bool published = true;      ///< its DNSKEY record is answered
  std::string content;        ///< the private key, as in a file of BIND's
};

/// Why PowerDNS could not use a row of cryptokeys, in a sentence; absent when it can.
std::optional<std::string> key_problem(const SQLite::Column& flags, std::string_view content);

/// The keys of the zone at `name` (canonical), in the order of their ids. One that PowerDNS cannot use is left out
/// and reported.
std::vector<DnssecKey> read_keys(Connection& connection, std::string_view name,
                                 const DefectReport& report = ignore_defect);

/// An id that no key has.
std::int64_t next_key_id(Connection& connection);

/// With the id in `key`, which no key may have.
void add_key(Connection& connection, const Zone& zone, const DnssecKey& key);

/// Throws Refusal where the zone has no key with the id.
void remove_key(Connection& connection, const Zone& zone, std::int64_t id);

/// Changes what is given. Throws Refusal where the zone has no key with the id.
void change_key(Connection& connection, const Zone& zone, std::int64_t id, std::optional<bool> active,
                std::optional<bool> published);

}  // namespace mxbalance::db
