// Health results that are not yet written to the store. They are in effect at once: readers merge them into what
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
  /// How many results that are no longer in effect are kept, the latest ones. They are written to the events.
  static constexpr std::size_t most_superseded = 50;

  /// Adds a report, in effect from now on. It replaces an older report of the same address. Returns its number,
  /// from 1.
  std::uint64_t add(HealthReport report);

  /// The reports now; null when there are none. Take them before the store is read, so that each report is either
  /// among them or in the store.
  std::shared_ptr<const HealthSnapshot> current() const;

  /// The reports now, as current() gives them, but never null: sequence() is needed even when there are no
  /// reports.
  std::shared_ptr<const HealthSnapshot> snapshot() const;

  /// Removes the reports in `written`, except those replaced since. Call it after `written` was committed.
  void forget(const HealthSnapshot& written);

  /// Removes all reports about addresses, also those no longer in effect. Another service probes now and has newer
  /// results.
  void drop_findings();

 private:
  mutable std::mutex mutex_;
  HealthSnapshot::Reports reports_;
  HealthSnapshot::Superseded superseded_;
  std::uint64_t sequence_ = 0;
  mutable std::shared_ptr<const HealthSnapshot> snapshot_;  ///< null: it must be made again
  std::atomic<bool> any_ = false;
};

}  // namespace mxbalance::db
