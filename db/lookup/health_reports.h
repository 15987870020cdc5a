// Health that was found and is not yet written to the store. It is in effect at once: readers merge it over what
// they have read. Safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "db/lookup/health_snapshot.h"

namespace mxbalance::db {

class HealthReports {
 public:
  /// So many that are no longer in effect are kept for the events, the latest ones.
  static constexpr std::size_t most_superseded = 50;

  /// In effect from now on; takes the place of an older one of the same address. Returns its number, from 1.
  std::uint64_t add(HealthReport report);

  /// To be taken before what it is merged with is read, so that a report is either in it or in what is read. Null:
  /// there are none.
  std::shared_ptr<const HealthSnapshot> current() const;

  /// As current(), with its sequence also where there are none.
  std::shared_ptr<const HealthSnapshot> snapshot() const;

  /// After `written` was committed: drops those that have not been replaced since.
  void forget(const HealthSnapshot& written);

  /// Drops what was found of addresses, and is of no effect any more: another service probes, and knows better.
  void drop_findings();

 private:
  mutable std::mutex mutex_;
  HealthSnapshot::Reports reports_;
  HealthSnapshot::Superseded superseded_;
  std::uint64_t sequence_ = 0;
  mutable std::shared_ptr<const HealthSnapshot> snapshot_;  ///< null: to be made anew
  std::atomic<bool> any_ = false;
};

}  // namespace mxbalance::db
