// The writes of PowerDNS to a zone. They are staged as values and then written together. Each function runs inside
// the caller's write transaction.
#pragma once

#include <functional>
#include <string>

#include "db/contents/powerdns_versions.h"
#include "db/lookup/model.h"
#include "db/store/connection.h"
#include "db/zones/staged_writes.h"

namespace mxbalance::db {

struct ZoneTransaction {
  Zone zone;
  bool replaces_zone = false;  ///< delete all records, except disabled ones, before the first write
  StagedWrites writes;
  /// The records come from a primary. They are stored unchanged; records that cannot be served are left out of
  /// answers.
  bool is_from_primary = false;
};

/// Decides which writes are done. It is asked about each write, and then about all of them again; the answers must
/// be the same.
struct WriteFilter {
  std::function<bool(ZoneWrite& write)> passes;  ///< may change the write; empty: every write is done
  std::function<void()> end;                     ///< called after the last write, each time
};

/// Throws Refusal unless `name` (canonical) is in `zone`.
void require_within(const Zone& zone, const std::string& name);

/// Throws Refusal unless all of `versions` can parse `record`.
void require_servable(const Record& record, PowerDnsVersions versions);

/// Writes the whole transaction and raises the zone's serial once. If a written SOA record has a serial ahead of
/// the served one, the zone gets that serial; otherwise the serial is raised by one. Throws Refusal where the zone
/// no longer exists, or where it publishes pools and would have no SOA record. An empty `filter` lets all writes
/// pass.
void write_zone(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter = {});

/// Writes the transaction so that PowerDNS can read the zone before the commit. Unlike write_zone(), it raises the
/// serial only where an SOA record is written: PowerDNS adds its own step (SOA-EDIT-API) to the serial that it
/// reads, and the serial must be raised only once.
void rehearse_zone(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter = {});

}  // namespace mxbalance::db
