// Zones' metadata, and TSIG keys. Each function runs inside the caller's transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// Of metadata that names a TSIG key or an address: why PowerDNS could not read `value`, which may end pdns_server
/// when it transfers the zone or notifies: a sentence. Absent: it can, or the metadata is of another kind.
std::optional<std::string> metadata_problem(std::string_view kind, std::string_view value);

/// In place of the key that transfers a secondary zone (AXFR-MASTER-TSIG) where that cannot be read: PowerDNS
/// knows no such key, and does not transfer the zone unsigned.
inline constexpr std::string_view unreadable_key = "unreadable.invalid";

/// Kind and value of each metadata row of the zone at `name` (canonical), values of a kind in the order of their
/// rows, without those that have a metadata_problem(). Only those of `kind`, in any case, if it is given.
std::vector<std::pair<std::string, std::string>> read_metadata(Connection& connection, std::string_view name,
                                                               std::optional<std::string_view> kind,
                                                               const DefectReport& report = ignore_defect);

/// These values instead of those of `kind`, in any case; none: they go.
void replace_metadata(Connection& connection, const Zone& zone, std::string_view kind,
                      std::span<const std::string> values);

struct TsigKey {
  std::string name;       ///< canonical
  std::string algorithm;  ///< canonical, such as hmac-sha256
  std::string secret;     ///< in Base64
};

/// Why PowerDNS could not read the key, or sign with it: a sentence. Absent: it can.
std::optional<std::string> tsig_key_problem(const TsigKey& key);

/// Without those that have a tsig_key_problem().
std::vector<TsigKey> read_tsig_keys(Connection& connection, const DefectReport& report = ignore_defect);
std::optional<TsigKey> read_tsig_key(Connection& connection, std::string_view name,
                                     const DefectReport& report = ignore_defect);

/// Adds the key, or gives the one with this name another algorithm and secret.
void set_tsig_key(Connection& connection, const TsigKey& key);
void remove_tsig_key(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
