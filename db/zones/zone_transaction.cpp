#include "db/zones/zone_transaction.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/contents/record_content.h"
#include "db/contents/stored_content.h"
#include "db/dns/names.h"
#include "db/lookup/metadata.h"
#include "db/lookup/record_rows.h"
#include "db/lookup/references.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// The disabled records of a zone, read for one name at a time, because writes come ordered by name.
class DisabledRecords {
 public:
  DisabledRecords(Connection& connection, const Zone& zone) : connection_(connection), zone_(zone) {}

  /// The id of a disabled record equal to `record`, if there is one. Each id is returned once.
  std::optional<std::int64_t> take(const Record& record) {
    if (name_ != record.name) read(record.name);
    if (rows_.empty()) return std::nullopt;
    const std::string content = canonical_content(record.type, record.content);
    const auto equal = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) {
      return row.type == record.type && canonical_content(row.type, row.content) == content;
    });
    if (equal == rows_.end()) return std::nullopt;
    const std::int64_t id = equal->id;
    rows_.erase(equal);
    return id;
  }

 private:
  struct Row {
    std::int64_t id = 0;
    std::string type;
    std::string content;
  };

  void read(const std::string& name) {
    name_ = name;
    rows_.clear();
    auto& query = bound(connection_,
                        "SELECT id, canonical_type(type), content, prio FROM records"
                        " WHERE domain_id = ?1 AND name = ?2 AND type <> '' AND disabled IS NOT 0 ORDER BY id",
                        zone_.id, name);
    while (query.executeStep()) {
      std::string type = query.getColumn(1).getString();
      std::string content = record_content(type, query.getColumn(3), query.getColumn(2));
      rows_.push_back({query.getColumn(0).getInt64(), std::move(type), std::move(content)});
    }
  }

  Connection& connection_;
  const Zone& zone_;
  std::string name_;
  std::vector<Row> rows_;
};

/// Carries out the writes in turn, with one overload for each kind.
class Writer {
 public:
  Writer(Connection& connection, const Zone& zone)
      : connection_(connection), zone_(zone), disabled_(connection, zone) {}

  void operator()(const RecordAddition& addition) { add(addition.record, addition.order_name, addition.auth); }

  void operator()(const RrsetReplacement& replacement) {
    execute(connection_,
            "DELETE FROM records"
            " WHERE domain_id = ?1 AND name = ?2 AND (?4 OR canonical_type(type) = ?3) AND disabled = 0",
            zone_.id, replacement.name, replacement.type, replacement.type == any_type);
    for (const auto& record : replacement.records)
      add(record, std::nullopt, true);
  }

  void operator()(const MetadataReplacement& replacement) {
    replace_metadata(connection_, zone_, replacement.kind, replacement.values);
  }

  void operator()(const KeyAddition& addition) { add_key(connection_, zone_, addition.key); }
  void operator()(const KeyRemoval& removal) { remove_key(connection_, zone_, removal.id); }
  void operator()(const KeyChange& change) {
    change_key(connection_, zone_, change.id, change.active, change.published);
  }

 private:
  void add(const Record& record, const std::optional<std::string>& order_name, bool auth) {
    const auto [priority, content] = split_priority(record.type, record.content);
    if (const auto id = disabled_.take(record)) {
      execute(connection_,
              "UPDATE records SET disabled = 0, content = ?2, ttl = ?3, prio = ?4, ordername = ?5, auth = ?6"
              " WHERE id = ?1",
              *id, content, record.ttl, priority, order_name, auth);
      return;
    }
    execute(connection_,
            "INSERT INTO records (domain_id, name, type, content, ttl, prio, ordername, auth)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            zone_.id, record.name, record.type, content, record.ttl, priority, order_name, auth);
  }

  Connection& connection_;
  const Zone& zone_;
  DisabledRecords disabled_;
};

bool is_cut(Connection& connection, const Zone& zone, const std::string& name) {
  return exists(connection,
                "SELECT 1 FROM records WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = 'NS'"
                " AND disabled = 0",
                zone.id, name);
}

/// What the writes of a transaction concern. Only writes that pass the filter count.
struct Summary {
  std::set<std::string> delegations;  ///< names with NS records, below the zone's apex
  bool writes_records = false;
  bool writes_soa = false;
  bool may_remove_soa = false;
};

class Summing {
 public:
  explicit Summing(const ZoneTransaction& transaction) : zone_(transaction.zone) {
    sum_.writes_records = sum_.may_remove_soa = transaction.replaces_zone;
  }

  void operator()(const RecordAddition& addition) { note(addition.record); }
  void operator()(const RrsetReplacement& replacement) {
    sum_.writes_records = true;
    sum_.may_remove_soa |=
        replacement.name == zone_.name && (replacement.type == "SOA" || replacement.type == any_type);
    for (const auto& record : replacement.records)
      note(record);
  }
  template <typename Other>
  void operator()(const Other& /*write*/) {}

  Summary take() { return std::move(sum_); }

 private:
  void note(const Record& record) {
    sum_.writes_records = true;
    sum_.writes_soa |= record.type == "SOA";
    if (record.type == "NS" && record.name != zone_.name) sum_.delegations.insert(record.name);
  }

  const Zone& zone_;
  Summary sum_;
};

void for_each_write(const ZoneTransaction& transaction, const WriteFilter& filter,
                    const std::function<void(const ZoneWrite&)>& work) {
  transaction.writes.for_each([&](const ZoneWrite& staged) {
    if (!filter.passes) return work(staged);
    ZoneWrite write = staged;
    if (filter.passes(write)) work(write);
  });
  if (filter.end) filter.end();
}

Summary summary_of(const ZoneTransaction& transaction, const WriteFilter& filter) {
  Summing sum(transaction);
  for_each_write(transaction, filter, [&](const ZoneWrite& write) { std::visit(sum, write); });
  return sum.take();
}

/// The `names` that become zone cuts by this transaction. Names that are zone cuts already are left out. In
/// a secondary zone, delegations of the primary are always accepted, because the zone would otherwise become
/// stale.
std::set<std::string> new_cuts(Connection& connection, const Zone& zone, std::set<std::string> names) {
  if (names.empty() || is_secondary(connection, zone)) return {};
  std::erase_if(names, [&](const std::string& name) { return is_cut(connection, zone, name); });
  return names;
}

/// Compares serials as in RFC 1982 §3.2.
bool is_ahead(std::int64_t serial, std::int64_t of) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(serial - of)) > 0;
}

/// Stops the triggers that count each changed row of a zone, while the zone is written.
void stop_counting(Connection& connection, const Zone& zone) {
  execute(connection,
          "UPDATE zone_changes SET last_served ="
          " (SELECT c.serial FROM counted_serials c WHERE c.domain_id = zone_changes.domain_id)"
          " WHERE domain_id = ? AND counting",
          zone.id);
  execute(connection, "UPDATE zone_changes SET counting = 0 WHERE domain_id = ?", zone.id);
}

/// Starts the triggers again and counts the transaction as `changes` changes, unless its SOA record has a serial
/// that is ahead.
void resume_counting(Connection& connection, const Zone& zone, std::int64_t changes) {
  const auto last = number(connection, "SELECT last_served FROM zone_changes WHERE domain_id = ?", zone.id);
  const auto now = number(connection, "SELECT serial FROM counted_serials WHERE domain_id = ?", zone.id);
  const std::int64_t behind = last && now && !is_ahead(*now, *last) ? *last + changes - *now : 0;
  execute(connection,
          "UPDATE zone_changes SET counting = 1, last_served = NULL, serial = serial + ?2 WHERE domain_id = ?1",
          zone.id, behind);
}

void write(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter,
           bool moves_serial, std::int64_t changes) {
  const Zone& zone = transaction.zone;
  const auto found = find_zone(connection, zone.id);
  if (!found || found->name != zone.name) {
    throw Refusal(
        fmt::format("the zone {} is no longer here: it was removed while it was being written", zone.name));
  }
  if (moves_serial) stop_counting(connection, zone);
  if (transaction.replaces_zone)
    execute(connection, "DELETE FROM records WHERE domain_id = ? AND disabled = 0", zone.id);
  Writer writer(connection, zone);
  for_each_write(transaction, filter, [&](const ZoneWrite& one) { std::visit(writer, one); });
  if (moves_serial) resume_counting(connection, zone, changes);
}

}  // namespace

void require_within(const Zone& zone, const std::string& name) {
  if (!is_within(name, zone.name))
    throw Refusal(fmt::format("the name {} lies outside the zone {}", name, zone.name));
}

void require_servable(const Record& record, PowerDnsVersions versions) {
  if (const auto problem = content_problem(record.type, record.content, versions)) {
    throw Refusal(fmt::format("PowerDNS cannot serve the record {} {} {}: {}", record.name, record.type,
                              db::quoted(record.content), *problem));
  }
}

void write_zone(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter) {
  const Summary summary = summary_of(transaction, filter);
  const auto cuts = new_cuts(connection, transaction.zone, summary.delegations);
  write(connection, transaction, filter, summary.writes_records, 1);
  for (const auto& name : cuts) {
    if (is_cut(connection, transaction.zone, name)) require_nothing_published(connection, transaction.zone, name);
  }
  if (summary.may_remove_soa) require_soa_if_published(connection, transaction.zone);
}

void rehearse_zone(Connection& connection, const ZoneTransaction& transaction, const WriteFilter& filter) {
  const Summary summary = summary_of(transaction, filter);
  write(connection, transaction, filter, summary.writes_records, summary.writes_soa ? 1 : 0);
}

}  // namespace mxbalance::db
