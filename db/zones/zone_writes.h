// What PowerDNS writes to a zone, one write a value. Values; no thread rule.
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

/// A record to be added, whatever stands there; an equal one that is switched off is switched on instead. Its
/// content is kept as it is.
struct RecordAddition {
  Record record;
  std::optional<std::string> order_name = {};  ///< records.ordername: its place in the chain of a presigned zone
  bool auth = true;
};

/// In place of a type: all of them.
inline constexpr std::string_view any_type = "ANY";

/// These records instead of those of `type` at `name`; none: they go. `type` may be any_type. Records that are
/// switched off stay, as PowerDNS does not see them; one that is equal to a written record is switched on instead.
struct RrsetReplacement {
  std::string name;  ///< canonical
  std::string type;  ///< upper case
  std::vector<Record> records;
};

/// These values instead of those of `kind`; none: they go.
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
