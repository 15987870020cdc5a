#include "db/zone_transaction.h"

#include <algorithm>
#include <cstdint>

#include "db/base/errors.h"
#include "db/bound_statement.h"
#include "db/dns/names.h"
#include "db/dns/record_content.h"
#include "db/metadata.h"
#include "db/zones.h"

namespace mxbalance::db {

namespace {

void insert_record(Connection& connection, const Zone& zone, const Record& record,
                   const std::optional<std::string>& order_name = std::nullopt, bool auth = true) {
  const auto [priority, content] = split_priority(record.type, record.content);
  execute(connection,
          "INSERT INTO records (domain_id, name, type, content, ttl, prio, ordername, auth)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
          zone.id, record.name, record.type, content, record.ttl, priority, order_name, auth);
}

/// Carries out one write; one overload a kind.
class Writer {
 public:
  Writer(Connection& connection, const Zone& zone) : connection_(connection), zone_(zone) {}

  void operator()(const RecordAddition& addition) const {
    insert_record(connection_, zone_, addition.record, addition.order_name, addition.auth);
  }

  void operator()(const RrsetReplacement& replacement) const {
    execute(connection_, "DELETE FROM records WHERE domain_id = ?1 AND name = ?2 AND (?4 OR upper(type) = ?3)",
            zone_.id, replacement.name, replacement.type, replacement.type == any_type);
    for (const auto& record : replacement.records)
      insert_record(connection_, zone_, record);
  }

  void operator()(const MetadataReplacement& replacement) const {
    replace_metadata(connection_, zone_, replacement.kind, replacement.values);
  }

  void operator()(const KeyAddition& addition) const { add_key(connection_, zone_, addition.key); }
  void operator()(const KeyRemoval& removal) const { remove_key(connection_, zone_, removal.id); }
  void operator()(const KeyChange& change) const {
    change_key(connection_, zone_, change.id, change.active, change.published);
  }

 private:
  Connection& connection_;
  const Zone& zone_;
};

/// In the arithmetic of RFC 1982 §3.2.
bool is_ahead(std::int64_t serial, std::int64_t of) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(serial - of)) > 0;
}

bool writes_records(const ZoneTransaction& transaction) {
  return transaction.replaces_zone ||
         std::any_of(transaction.writes.begin(), transaction.writes.end(), [](const ZoneWrite& write) {
           return std::holds_alternative<RecordAddition>(write) || std::holds_alternative<RrsetReplacement>(write);
         });
}

/// While a zone is written, its triggers do not count every row.
void stop_counting(Connection& connection, const Zone& zone) {
  execute(connection,
          "UPDATE zone_changes SET last_served ="
          " (SELECT c.serial FROM counted_serials c WHERE c.domain_id = zone_changes.domain_id)"
          " WHERE domain_id = ? AND counting",
          zone.id);
  execute(connection, "UPDATE zone_changes SET counting = 0 WHERE domain_id = ?", zone.id);
}

/// What was written counts as one change, unless its SOA record has a serial that is ahead.
void count_once(Connection& connection, const Zone& zone) {
  const auto last = number(connection, "SELECT last_served FROM zone_changes WHERE domain_id = ?", zone.id);
  const auto now = number(connection, "SELECT serial FROM counted_serials WHERE domain_id = ?", zone.id);
  const std::int64_t behind = last && now && !is_ahead(*now, *last) ? *last + 1 - *now : 0;
  execute(connection,
          "UPDATE zone_changes SET counting = 1, last_served = NULL, serial = serial + ?2 WHERE domain_id = ?1",
          zone.id, behind);
}

}  // namespace

void require_within(const Zone& zone, const std::string& name) {
  if (!is_within(name, zone.name)) throw Refusal("the name " + name + " lies outside the zone " + zone.name);
}

void require_servable(const Zone& zone, const Record& record) {
  require_within(zone, record.name);
  if (const auto problem = content_problem(record.type, record.content)) {
    throw Refusal("PowerDNS cannot serve the record " + record.name + " " + record.type + " \"" + record.content +
                  "\": " + *problem);
  }
}

void write_zone(Connection& connection, const ZoneTransaction& transaction) {
  const Zone& zone = transaction.zone;
  const auto found = find_zone(connection, zone.id);
  if (!found || found->name != zone.name) {
    throw Refusal("the zone " + zone.name + " is no longer here: it was removed while it was being written");
  }
  const bool moves_serial = writes_records(transaction);
  if (moves_serial) stop_counting(connection, zone);
  if (transaction.replaces_zone) execute(connection, "DELETE FROM records WHERE domain_id = ?", zone.id);
  for (const auto& write : transaction.writes)
    std::visit(Writer(connection, zone), write);
  if (moves_serial) count_once(connection, zone);
}

}  // namespace mxbalance::db
