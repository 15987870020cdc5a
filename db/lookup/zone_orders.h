// The orders of the zones in the store (zone_order.h): derived from their records, published names and mail
// servers, and kept in memory as long as those are the same. The functions read inside the caller's transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/lookup/model.h"
#include "db/lookup/zone_order.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// What the order of a zone was derived from: while it is the same, so is the order.
struct OrderSource {
  std::int64_t contents = 0;  ///< zone_changes.contents
  std::string zone;           ///< its name
  bool is_presigned = false;
  std::uint64_t generation = 0;  ///< of the connection: another file may have the same number of changes
  std::int64_t schema = 0;       ///< PRAGMA schema_version: without their triggers changes are not counted
  bool operator==(const OrderSource&) const = default;
};

class ZoneOrders;

/// How a read comes by the order of a zone.
struct OrderTerms {
  ZoneOrders* kept = nullptr;          ///< where orders are kept; null: each is derived when it is needed
  bool may_derive = true;              ///< where it is not kept as of the read's own snapshot; else OrderNotKept
  std::optional<std::uint64_t> since;  ///< an order of any snapshot after this one will do
};

/// Passes through read() where an order is needed that is not kept, and may not be derived.
struct OrderNotKept {
  std::int64_t zone_id = 0;
  std::uint64_t snapshot = 0;  ///< that needs it
};

/// Orders in memory, those of the zones that were asked for last. Safe from any thread.
class ZoneOrders {
 public:
  static constexpr std::size_t default_bytes = std::size_t{64} << 20U;

  /// Keeps about `bytes` of them, and the last one whatever its size.
  explicit ZoneOrders(std::size_t bytes = default_bytes) : most_bytes_(bytes) {}

  struct Kept {
    OrderSource source;
    std::shared_ptr<const ZoneOrder> names;
    std::optional<Nsec3Parameters> parameters;  ///< of `hashes`
    std::shared_ptr<const HashOrder> hashes;    ///< null: not asked for yet
    std::vector<RowDefect> left_out;            ///< the first rows that are no names
    std::uint64_t snapshot = 0;                 ///< of which it is (Connection::snapshot)
    bool is_of_other_snapshot = false;          ///< than the one that asks, which may differ from it in names, too
  };

  /// Null, both, when the zone's order is not kept or is of something else.
  Kept find(std::int64_t zone_id, const OrderSource& source);

  /// The zone's order as of a snapshot after `since`; null when none is kept.
  Kept find_later(const Zone& zone, std::uint64_t since);

  /// Not in place of a later one, nor of one that has the hashes, too.
  void keep(std::int64_t zone_id, Kept kept);

 private:
  struct Entry {
    std::int64_t zone_id;
    Kept kept;
  };

  std::mutex mutex_;
  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< the last one asked for in front
  std::unordered_map<std::int64_t, std::list<Entry>::iterator> places_;
};

/// The order of the names in `zone`. On these terms it throws OrderNotKept. The hashes may be null.
ZoneOrders::Kept read_zone_order(Connection& connection, const Zone& zone, const OrderTerms& terms = {});

/// Of a name at which nothing stands: whether names lie below it in its zone, by the zone's order. Throws
/// OrderNotKept as above.
void look_below(Connection& connection, NameContents& contents, const OrderTerms& terms);

/// Calls `visit` for every name in `zone` at which something stands, in the byte order of the names, and then for
/// each empty non-terminal, in canonical order. It is one walk through the zone, which derives the order if it is
/// not kept in `orders`, which may be null. With opt-out, non-terminals above nothing but insecure delegations are
/// outside of the chain, as PowerDNS has it in a transfer: its secondaries keep no NSEC3 record of them.
void for_each_name_and_nonterminal(Connection& connection, ZoneOrders* orders, const Zone& zone,
                                   const std::function<void(NameContents&&)>& visit,
                                   const DefectReport& report = ignore_defect);

/// For getBeforeAndAfterNamesAbsolute. `name` is relative to the zone, canonical, "." for the apex; in a zone with
/// NSEC3 (metadata NSEC3PARAM) one label that is a hash stands for that. In what is returned `name` is absolute.
/// Absent where the zone has no names. Throws OrderNotKept as above.
std::optional<Neighbours> read_neighbours(Connection& connection, const Zone& zone, std::string_view name,
                                          const OrderTerms& terms = {});

}  // namespace mxbalance::db
