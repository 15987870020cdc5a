// The orders of the zones in the store (zone_order.h). Each is derived from the zone's records, published names
// and mail servers, and kept in memory until these change. The functions read inside the caller's transaction.
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

/// What the order of a zone was derived from. While this is the same, the order is valid.
struct OrderSource {
  std::int64_t contents = 0;  ///< zone_changes.contents
  std::string zone;           ///< the zone's name
  bool is_presigned = false;
  std::uint64_t generation = 0;  ///< of the connection: another file may have the same number of changes
  std::int64_t schema = 0;       ///< PRAGMA schema_version: without their triggers changes are not counted
  bool operator==(const OrderSource&) const = default;
};

class ZoneOrders;

/// How a read may obtain the order of a zone.
struct OrderTerms {
  ZoneOrders* kept = nullptr;  ///< where orders are kept; null: each order is derived when it is needed
  bool may_derive = true;      ///< derive the order when none of this snapshot is kept; false: throw OrderNotKept
  std::optional<std::uint64_t> since;  ///< accept an order of any snapshot after this one
};

/// Thrown through read() where an order is needed that is not kept and must not be derived.
struct OrderNotKept {
  std::int64_t zone_id = 0;
  std::uint64_t snapshot = 0;  ///< the snapshot that needs it
};

/// Orders in memory, of the zones that were used last. Safe from any thread.
class ZoneOrders {
 public:
  static constexpr std::size_t default_bytes = std::size_t{64} << 20U;

  /// Keeps orders of about `bytes` in total. The last order is kept whatever its size.
  explicit ZoneOrders(std::size_t bytes = default_bytes) : most_bytes_(bytes) {}

  struct Kept {
    OrderSource source;
    std::shared_ptr<const ZoneOrder> names;
    std::optional<Nsec3Parameters> parameters;  ///< of `hashes`
    std::shared_ptr<const HashOrder> hashes;    ///< null: not needed yet
    std::vector<RowDefect> left_out;            ///< the first rows whose names are not DNS names
    std::uint64_t snapshot = 0;                 ///< the snapshot that it is of (Connection::snapshot)
    bool is_of_other_snapshot = false;  ///< it is of another snapshot than the read, so the names may differ
  };

  /// The order of the zone. `names` and `hashes` are null when no order is kept, or the kept one has another
  /// source.
  Kept find(std::int64_t zone_id, const OrderSource& source);

  /// The zone's order of any snapshot after `since`. `names` and `hashes` are null when none is kept.
  Kept find_later(const Zone& zone, std::uint64_t since);

  /// Keeps an order. A kept order stays if it is of a later snapshot, or if only it has the hashes.
  void keep(std::int64_t zone_id, Kept kept);

 private:
  struct Entry {
    std::int64_t zone_id;
    Kept kept;
  };

  std::mutex mutex_;
  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< the last one used is in front
  std::unordered_map<std::int64_t, std::list<Entry>::iterator> places_;
};

/// The order of the names in `zone`. Throws OrderNotKept where `terms` say so. The hashes may be null.
ZoneOrders::Kept read_zone_order(Connection& connection, const Zone& zone, const OrderTerms& terms = {});

/// Sets whether names exist below a name that has nothing itself, by the zone's order. Throws OrderNotKept where
/// `terms` say so.
void look_below(Connection& connection, NameContents& contents, const OrderTerms& terms);

/// Calls `visit` for every name in `zone` that has records, pools or addresses, in the byte order of the names.
/// Then calls it for each empty non-terminal, in canonical order. Reads the zone once, and derives the order if
/// `orders` (may be null) does not keep it. With opt-out, non-terminals that have only insecure delegations below
/// them are outside of the chain. PowerDNS does the same in a transfer, and its secondaries keep no NSEC3 records
/// for these names.
void for_each_name_and_nonterminal(Connection& connection, ZoneOrders* orders, const Zone& zone,
                                   const std::function<void(NameContents&&)>& visit,
                                   const DefectReport& report = ignore_defect);

/// Serves getBeforeAndAfterNamesAbsolute. `name` is relative to the zone and canonical, "." for the apex. In a
/// zone with NSEC3 (metadata NSEC3PARAM) `name` is a hash, as one label. The returned `name` is absolute. Absent
/// where the zone has no names. Throws OrderNotKept where `terms` say so.
std::optional<Neighbours> read_neighbours(Connection& connection, const Zone& zone, std::string_view name,
                                          const OrderTerms& terms = {});

}  // namespace mxbalance::db
