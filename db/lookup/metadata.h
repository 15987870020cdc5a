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

/// Why PowerDNS could not read `value`, as a sentence, for metadata that names a TSIG key or an address. PowerDNS
/// may exit on such a value when it transfers the zone or sends a NOTIFY. Absent: it can read the value, or the
/// metadata is of another kind.
std::optional<std::string> metadata_problem(std::string_view kind, std::string_view value);

/// The name given to PowerDNS in place of an unreadable key of a secondary zone (AXFR-MASTER-TSIG). PowerDNS has
/// no key with this name, so it does not transfer the zone unsigned.
inline constexpr std::string_view unreadable_key = "unreadable.invalid";

/// Kind and value of each metadata row of the zone at `name` (canonical); the values of one kind are in the order
/// of their rows. Leaves out values that have a metadata_problem(). If `kind` is given, only that kind is read, in
/// any case of letters.
std::vector<std::pair<std::string, std::string>> read_metadata(Connection& connection, std::string_view name,
                                                               std::optional<std::string_view> kind,
                                                               const DefectReport& report = ignore_defect);

/// Replaces all values of `kind` (in any case of letters) with `values`. Without `values`, the kind is removed.
void replace_metadata(Connection& connection, const Zone& zone, std::string_view kind,
                      std::span<const std::string> values);

struct TsigKey {
  std::string name;       ///< canonical
  std::string algorithm;  ///< canonical, such as hmac-sha256
  std::string secret;     ///< in Base64
};

/// Why PowerDNS could not read the key or sign with it, as a sentence. Absent when it can.
std::optional<std::string> tsig_key_problem(const TsigKey& key);

/// Leaves out keys that have a tsig_key_problem().
std::vector<TsigKey> read_tsig_keys(Connection& connection, const DefectReport& report = ignore_defect);
std::optional<TsigKey> read_tsig_key(Connection& connection, std::string_view name,
                                     const DefectReport& report = ignore_defect);

/// Adds the key. If a key with its name exists, changes the algorithm and secret of that key.
void set_tsig_key(Connection& connection, const TsigKey& key);
void remove_tsig_key(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
