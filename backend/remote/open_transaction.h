// What PowerDNS has begun to write on a connection and not yet committed. It lives in the connection's session and
// goes with it. One thread at a time.
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
  /// One left alone for this long is dropped.
  static constexpr std::chrono::minutes longest_pause{10};

  /// What one has of the budget from its begin to its end, in bytes: for what is staged in memory, and for its
  /// requests, which are not refused for want of memory.
  static constexpr std::size_t memory_of_its_own = 2 * db::StagedWrites::most_in_memory;

  /// Of it, what the values of one request may take.
  static constexpr std::size_t memory_for_requests = db::StagedWrites::most_in_memory / 2;

  /// `begun` is what it begins with. Throws MemoryShortage.
  OpenTransaction(std::shared_ptr<db::MemoryBudget> budget, db::ZoneTransaction begun);

  const db::Zone& zone() const { return writes_.zone; }
  const db::ZoneTransaction& writes() const { return writes_; }

  /// Stages a write. Throws Refusal after poison().
  void add(db::ZoneWrite write);

  /// Whether what stands at `name` may be another after the commit.
  bool concerns(std::string_view name) const;
  bool concerns_metadata() const { return has_metadata_; }
  bool concerns_keys() const { return has_keys_; }

  /// After a write that was refused the rest must not be committed. PowerDNS does not look at most replies. What
  /// was staged is dropped, and its memory goes back.
  void poison(std::string_view problem);
  bool is_poisoned() const { return !problem_.empty(); }

  /// Throws Refusal with the first problem after poison().
  void require_sound() const;

 private:
  db::MemoryShare memory_;
  db::ZoneTransaction writes_;
  bool has_metadata_ = false;
  bool has_keys_ = false;
  std::string problem_;
};

}  // namespace mxbalance::remote
