// The writes that PowerDNS has begun on a connection and not yet committed. They belong to the connection's
// session and end with it. Used by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "db/base/memory_budget.h"
#include "db/zones/zone_transaction.h"

namespace mxbalance::remote {

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

}  // namespace mxbalance::remote
