// What PowerDNS writes to a zone: staged as values, and written together. Each function runs inside the caller's
// write transaction.
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
  bool replaces_zone = false;  ///< all records that are switched on go before the first write
  StagedWrites writes;
  bool is_from_primary =
      false;  ///< the records are stored as they come; what cannot be served is left out of answers
};

/// Which writes are to be done. It is asked for each write, and then again, after which each answer must be the
/// same.
struct WriteFilter {
  std::function<bool(ZoneWrite& write)> passes;  ///< may change the write; empty: all pass
  std::function<void()> end;                     ///< called after the last write, each time
};

/// Throws Refusal unless `name` (canonical) lies in `zone`.
void require_within(const Zone& zone, const std::string& name);

/// Throws Refusal unless all of `versions` can parse `record`.
void require_servable(const Record& record, PowerDnsVersions versions);

/// Writes all of it, and moves the zone's serial once: to the one that a written SOA record has, where that is
/// ahead of what was served, else by one. Throws Refusal where the zone is no longer there, and where it publishes
/// pools and has no SOA record any more. An empty `filter` lets all pass.
void write_zone(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter = {});

/// The same for PowerDNS to read back before the commit, but that the serial moves only where a SOA record is
/// written: PowerDNS adds its own step (SOA-EDIT-API) to the serial that it reads, and the two are one.
void rehearse_zone(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter = {});

}  // namespace mxbalance::db
