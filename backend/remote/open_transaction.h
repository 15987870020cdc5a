// The writes that PowerDNS has begun on a connection and not yet committed, and what is read and written while
// they are open. They belong to the connection's session and end with it. Used by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "backend/protocol/parameters.h"
#include "backend/remote/service.h"
#include "db/base/memory_budget.h"
#include "db/store/connection.h"
#include "db/zones/zone_transaction.h"

namespace mxbalance::remote {

/// A write is refused: HTTP 400, or a closed connection. The service has logged it already.
class WriteRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class OpenTransaction {
 public:
  /// A transaction without a request for this long is dropped.
  static constexpr std::chrono::minutes longest_pause{10};

  /// The memory that each transaction has without asking the budget again, in bytes: for staged writes in memory,
  /// and for its requests, which are not refused because of memory.
  static constexpr std::size_t memory_of_its_own = 2 * db::StagedWrites::most_in_memory;

  /// The part of memory_of_its_own that the values of one request may take.
  static constexpr std::size_t memory_for_requests = db::StagedWrites::most_in_memory / 2;

  /// `begun` is the transaction at its start. Throws MemoryShortage.
  OpenTransaction(std::shared_ptr<db::MemoryBudget> budget, db::ZoneTransaction begun);

  const db::Zone& zone() const { return writes_.zone; }
  const db::ZoneTransaction& writes() const { return writes_; }

  /// Stages a write. Throws Refusal after poison().
  void add(db::ZoneWrite write);

  /// Whether the commit may change the contents of `name`.
  bool concerns(std::string_view name) const;
  bool concerns_metadata() const { return has_metadata_; }
  bool concerns_keys() const { return has_keys_; }

  /// Prevents the commit, because a write was refused and PowerDNS ignores most replies. The staged writes are
  /// dropped, and their memory is returned.
  void poison(std::string_view problem);
  bool is_poisoned() const { return !problem_.empty(); }

  /// Throws Refusal with the first problem if poison() was called.
  void require_sound() const;

 private:
  db::MemoryShare memory_;
  db::ZoneTransaction writes_;
  bool has_metadata_ = false;
  bool has_keys_ = false;
  std::string problem_;
};

/// The open transaction of a connection; absent: none is open.
using Transaction = std::optional<OpenTransaction>;

/// The zone that a write names: the one with `id`, unless that is negative; otherwise the one with the name in the
/// parameter `name_parameter`. Throws db::Refusal where there is none, and where id and name are of two zones.
db::Zone require_zone(Service& service, const Parameters& parameters, std::string_view name_parameter,
                      std::int64_t id = -1);

/// Throws db::Refusal where no transaction is open.
OpenTransaction& require_open(Transaction& transaction);

/// Whether `transaction` is open in `zone`.
bool is_in(const Transaction& transaction, const db::Zone& zone);

/// Reads the store as it would be after the commit of `transaction`. Throws WriteRefused where it cannot be
/// committed.
void read_staged(Service& service, OpenTransaction& transaction, const std::function<void(db::Connection&)>& work);

/// Writes records of a zone, without those that are generated.
void write_without_generated(db::Connection& connection, const db::ZoneTransaction& writes);

/// Writes metadata or keys of a zone: in a transaction in this zone as a part of it, otherwise at once.
void write_beside_records(Service& service, const db::Zone& zone, Transaction& transaction, db::ZoneWrite write);

/// Drops `transaction`. Call it when the transaction had no request for too long.
void expire(Service& service, Transaction& transaction);

}  // namespace mxbalance::remote
