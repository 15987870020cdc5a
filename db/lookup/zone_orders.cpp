#include "db/lookup/zone_orders.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "db/lookup/lookup.h"
#include "db/lookup/metadata.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

std::size_t bytes_of(const ZoneOrders::Kept& kept) {
  return sizeof kept + kept.names->bytes() + (kept.hashes ? kept.hashes->bytes() : 0);
}

bool is_presigned(Connection& connection, const Zone& zone) {
  return exists(connection,
                "SELECT 1 FROM domainmetadata WHERE domain_id = ? AND kind = 'PRESIGNED' AND content = '1'",
                zone.id);
}

/// What the order of the zone depends on. Absent while the changes of the zone are not counted yet.
std::optional<OrderSource> source_of(Connection& connection, const Zone& zone) {
  const auto contents =
      number(connection, "SELECT contents FROM zone_changes WHERE domain_id = ? AND counting", zone.id);
  if (!contents) return std::nullopt;
  return OrderSource{*contents, zone.name, is_presigned(connection, zone), connection.generation(),
                     number(connection, "PRAGMA schema_version").value_or(0)};
}

/// The names in the chain of a presigned zone, as PowerDNS wrote it. Empty when the zone was written without its
/// order; its chain is then derived as in any other zone.
std::set<std::string, std::less<>> fed_chain(Connection& connection, const Zone& zone) {
  std::set<std::string, std::less<>> names;
  if (!is_presigned(connection, zone)) return names;
  auto& rows = bound(connection,
                     "SELECT DISTINCT name FROM records WHERE domain_id = ? AND ordername IS NOT NULL"
                     " AND type <> '' AND disabled = 0",
                     zone.id);
  while (rows.executeStep())
    names.insert(rows.getColumn(0).getString());
  return names;
}

bool has_ds(const NameContents& contents) {
  return std::any_of(contents.records.begin(), contents.records.end(),
                     [](const Record& record) { return record.type == "DS"; });
}

/// Whether the name has only addresses below a delegation. PowerDNS makes NSEC records for other names there.
bool is_glue(const NameContents& contents) {
  return contents.is_below_delegation && !contents.mx_pool &&
         std::all_of(contents.records.begin(), contents.records.end(),
                     [](const Record& record) { return record.type == "A" || record.type == "AAAA"; });
}

/// Derives the order of the zone and calls `visit` for each name on the way.
void derive_order(Connection& connection, const Zone& zone, const std::function<void(NameContents&&)>& visit,
                  ZoneOrders::Kept& order) {
  constexpr std::size_t most_told = 10;  // they are reported with each answer that needs the order
  const auto report = [&](const RowDefect& defect) {
    if (order.left_out.size() < most_told) order.left_out.push_back(defect);
  };
  const auto fed = fed_chain(connection, zone);
  std::vector<OrderedName> names;
  const auto add = [&](NameContents&& contents) {
    auto key = stands_empty(contents) ? std::nullopt : order_key(contents.name, zone.name);
    if (key) {
      const bool in_chain = fed.empty() ? !is_glue(contents) : fed.contains(contents.name);
      const bool is_insecure = fed.empty() && contents.is_delegation && !has_ds(contents);
      names.push_back({std::move(*key), in_chain, fed.empty() && contents.is_below_delegation, is_insecure});
    }
    visit(std::move(contents));
  };
  for_each_name(connection, zone, add, report);
  order.names = std::make_shared<const ZoneOrder>(std::move(names));
}

/// The order of the zone, from the kept orders where possible. `complete` fills in the missing parts.
template <typename Complete>
ZoneOrders::Kept kept_order(Connection& connection, const Zone& zone, const Complete& complete,
                            const OrderTerms& terms) {
  ZoneOrders::Kept kept;
  if (terms.kept == nullptr) {
    complete(kept);
    return kept;
  }
  const auto source = source_of(connection, zone);
  if (source) kept = terms.kept->find(zone.id, *source);
  if (source && !complete.is_needed(kept)) return kept;
  if (terms.since) {
    auto later = terms.kept->find_later(zone, *terms.since);
    later.is_of_other_snapshot = true;
    if (!complete.is_needed(later)) return later;
  }
  if (!terms.may_derive) throw OrderNotKept{zone.id, connection.snapshot()};
  complete(kept);
  kept.snapshot = connection.snapshot();
  if (source) {
    kept.source = *source;
    terms.kept->keep(zone.id, kept);
  }
  return kept;
}

/// Derives the names of an order, and its hashes if `parameters` are given.
struct Completion {
  Connection& connection;
  const Zone& zone;
  std::optional<Nsec3Parameters> parameters;
  std::function<void(NameContents&&)> visit = [](NameContents&&) {};  ///< called while the names are derived

  bool is_needed(const ZoneOrders::Kept& kept) const {
    return !kept.names || (parameters && (!kept.hashes || kept.parameters != parameters));
  }

  void operator()(ZoneOrders::Kept& kept) const {
    if (!kept.names) derive_order(connection, zone, visit, kept);
    if (!parameters) return;
    kept.parameters = parameters;
    kept.hashes = std::make_shared<const HashOrder>(*kept.names, zone.name, *parameters);
  }
};

/// `relative` is a name as relative_name() returns it.
std::string absolute_name(std::string relative, const Zone& zone) {
  if (relative.empty()) return zone.name;
  return zone.name == "." ? std::move(relative) : std::move(relative) + "." + zone.name;
}

std::optional<Nsec3Parameters> nsec3_parameters_of(Connection& connection, const Zone& zone) {
  const auto values =
      texts(connection, "SELECT content FROM domainmetadata WHERE domain_id = ? AND kind = 'NSEC3PARAM' LIMIT 1",
            zone.id);
  return values.empty() ? std::nullopt : parse_nsec3_parameters(values.front());
}

}  // namespace

ZoneOrders::Kept ZoneOrders::find(std::int64_t zone_id, const OrderSource& source) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(zone_id);
  if (place == places_.end() || place->second->kept.source != source) return {};
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->kept;
}

ZoneOrders::Kept ZoneOrders::find_later(const Zone& zone, std::uint64_t since) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(zone.id);
  if (place == places_.end()) return {};
  const Kept& kept = place->second->kept;
  return kept.snapshot > since && kept.source.zone == zone.name ? kept : Kept{};
}

void ZoneOrders::keep(std::int64_t zone_id, Kept kept) {
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(zone_id); place != places_.end()) {
    const Kept& known = place->second->kept;
    const bool is_same = known.source == kept.source;
    if (is_same ? known.hashes && !kept.hashes : known.snapshot > kept.snapshot) return;
    bytes_ -= bytes_of(place->second->kept);
    entries_.erase(place->second);
  }
  bytes_ += bytes_of(kept);
  entries_.push_front({zone_id, std::move(kept)});
  places_[zone_id] = entries_.begin();
  while (bytes_ > most_bytes_ && entries_.size() > 1) {
    bytes_ -= bytes_of(entries_.back().kept);
    places_.erase(entries_.back().zone_id);
    entries_.pop_back();
  }
}

ZoneOrders::Kept read_zone_order(Connection& connection, const Zone& zone, const OrderTerms& terms) {
  return kept_order(connection, zone, Completion{connection, zone, std::nullopt}, terms);
}

void look_below(Connection& connection, NameContents& contents, const OrderTerms& terms) {
  const auto key = order_key(contents.name, contents.zone.name);
  if (!key) return;
  const auto order = read_zone_order(connection, contents.zone, terms);
  contents.defects.insert(contents.defects.end(), order.left_out.begin(), order.left_out.end());
  const auto below = order.names->below(*key);
  contents.has_names_below =
      order.is_of_other_snapshot ? has_names_below(connection, contents) : below != ZoneOrder::Below::nothing;
  contents.is_not_authoritative = below == ZoneOrder::Below::names;
}

void for_each_name_and_nonterminal(Connection& connection, ZoneOrders* orders, const Zone& zone,
                                   const std::function<void(NameContents&&)>& visit, const DefectReport& report) {
  bool is_kept = true;
  const Completion completion{connection, zone, std::nullopt, [&](NameContents&& contents) {
                                is_kept = false;
                                visit(std::move(contents));
                              }};
  const auto kept = kept_order(connection, zone, completion, {.kept = orders, .since = std::nullopt});
  for (const auto& defect : kept.left_out)
    report(defect);
  if (is_kept) for_each_name(connection, zone, visit);
  const auto parameters = nsec3_parameters_of(connection, zone);
  const bool opt_out = parameters && parameters->opt_out;
  kept.names->for_each_nonterminal([&](std::string_view key) {
    NameContents contents;
    contents.zone = zone;
    contents.name = absolute_name(relative_name(key), zone);
    contents.has_names_below = true;
    contents.is_not_authoritative = kept.names->below(key, opt_out) == ZoneOrder::Below::names;
    visit(std::move(contents));
  });
}

std::optional<Neighbours> read_neighbours(Connection& connection, const Zone& zone, std::string_view name,
                                          const OrderTerms& terms) {
  const std::string absolute = absolute_name(name == "." ? "" : std::string(name), zone);
  const auto parameters = nsec3_parameters_of(connection, zone);
  const auto hash = parameters ? parse_nsec3_label(name) : std::nullopt;
  const auto kept =
      kept_order(connection, zone, Completion{connection, zone, hash ? parameters : std::nullopt}, terms);
  std::optional<Neighbours> found;
  if (hash) {
    found = kept.hashes->neighbours(*hash);
  } else if (const auto key = order_key(absolute, zone.name)) {
    found = kept.names->neighbours(*key);
  }
  if (found) found->name = absolute_name(std::move(found->name), zone);
  return found;
}

}  // namespace mxbalance::db
