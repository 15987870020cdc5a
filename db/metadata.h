// Zones' metadata, and TSIG keys. Each function runs inside the caller's transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "db/model.h"

namespace mxbalance::db {

/// Kind and value of each metadata row of the zone at `name` (canonical), values of a kind in the order of their
/// rows. Only those of `kind`, in any case, if it is given.
std::vector<std::pair<std::string, std::string>> read_metadata(Connection& connection, std::string_view name,
                                                               std::optional<std::string_view> kind);

/// These values instead of those of `kind`, in any case; none: they go.
void replace_metadata(Connection& connection, const Zone& zone, std::string_view kind,
                      std::span<const std::string> values);

struct TsigKey {
  std::string name;       ///< canonical
  std::string algorithm;  ///< canonical, such as hmac-sha256
  std::string secret;     ///< in Base64
};

std::vector<TsigKey> read_tsig_keys(Connection& connection);
std::optional<TsigKey> read_tsig_key(Connection& connection, std::string_view name);

/// Adds the key, or gives the one with this name another algorithm and secret.
void set_tsig_key(Connection& connection, const TsigKey& key);
void remove_tsig_key(Connection& connection, std::string_view name);

}  // namespace mxbalance::db
