// What PowerDNS writes to a zone: staged as values, and written together. Each function runs inside the caller's
// write transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "db/connection.h"
#include "db/keys.h"
#include "db/model.h"

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

struct ZoneTransaction {
  Zone zone;
  bool replaces_zone = false;  ///< all records that are switched on go before the first write
  std::vector<ZoneWrite> writes;
  bool is_from_primary =
      false;  ///< the records are stored as they come; what cannot be served is left out of answers
};

/// Throws Refusal unless `name` (canonical) lies in `zone`.
void require_within(const Zone& zone, const std::string& name);

/// Throws Refusal unless all of `versions` can parse `record`.
void require_servable(const Record& record, PowerDnsVersions versions);

/// Writes all of it, and moves the zone's serial once: to the one that a written SOA record has, where that is
/// ahead of what was served, else by one. Throws Refusal where the zone is no longer there, and where it publishes
/// pools and has no SOA record any more.
void write_zone(Connection& connection, const ZoneTransaction& transaction);

/// The same for PowerDNS to read back before the commit, but that the serial moves only where a SOA record is
/// written: PowerDNS adds its own step (SOA-EDIT-API) to the serial that it reads, and the two are one.
void rehearse_zone(Connection& connection, const ZoneTransaction& transaction);

}  // namespace mxbalance::db
