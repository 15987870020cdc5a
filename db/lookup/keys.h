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
  std::uint32_t flags = 256;  ///< of the DNSKEY record (RFC 4034 §2.1.1): 256 for a zone key, 257 with the SEP bit
  bool active = true;         ///< the key signs
  bool published = true;      ///< the DNSKEY record is in answers
  std::string content;        ///< the private key, in the format of BIND's key files
};

/// Why PowerDNS could not use a row of cryptokeys, as a sentence. Absent when it can.
std::optional<std::string> key_problem(const SQLite::Column& flags, std::string_view content);

/// The keys of the zone at `name` (canonical), in the order of their ids. A key that PowerDNS cannot use is left
/// out and reported.
std::vector<DnssecKey> read_keys(Connection& connection, std::string_view name,
                                 const DefectReport& report = ignore_defect);

/// An id that no key has yet.
std::int64_t next_key_id(Connection& connection);

/// Adds `key` with the id that it holds. No other key may have this id.
void add_key(Connection& connection, const Zone& zone, const DnssecKey& key);

/// Throws Refusal where the zone has no key with the id.
void remove_key(Connection& connection, const Zone& zone, std::int64_t id);

/// Sets `active` and `published` where they are given. Throws Refusal where the zone has no key with the id.
void change_key(Connection& connection, const Zone& zone, std::int64_t id, std::optional<bool> active,
                std::optional<bool> published);

}  // namespace mxbalance::db
