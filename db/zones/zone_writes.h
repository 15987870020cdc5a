// The kinds of writes of PowerDNS to a zone. One value is one write. Plain values; no thread rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "db/lookup/keys.h"
#include "db/lookup/model.h"

namespace mxbalance::db {

/// Adds a record and keeps the others at the name. If an equal record is disabled, it is enabled instead. The
/// content is stored unchanged.
struct RecordAddition {
  Record record;
  std::optional<std::string> order_name = {};  ///< records.ordername: the place in a presigned zone's chain
  bool auth = true;
};

/// Used in place of a type: all types.
inline constexpr std::string_view any_type = "ANY";

/// Replaces the records of `type` at `name` with `records`; without `records`, they are removed. `type` may be
/// any_type. Disabled records stay, because PowerDNS does not see them. A disabled record equal to a written one
/// is enabled instead.
struct RrsetReplacement {
  std::string name;  ///< canonical
  std::string type;  ///< upper case
  std::vector<Record> records;
};

/// Replaces all values of `kind` with `values`; without `values`, the kind is removed.
struct MetadataReplacement {
  std::string kind;
  std::vector<std::string> values;
};

struct KeyAddition {
  DnssecKey key;
};

struct KeyRemoval {
  std::int64_t id = 0;
};

struct KeyChange {
  std::int64_t id = 0;
  std::optional<bool> active;
  std::optional<bool> published;
};

using ZoneWrite =
    std::variant<RecordAddition, RrsetReplacement, MetadataReplacement, KeyAddition, KeyRemoval, KeyChange>;

}  // namespace mxbalance::db
