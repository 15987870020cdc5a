// Health that was found and is not yet written to the store. It is in effect at once: readers merge it over what
// they have read. Safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/model.h"

namespace mxbalance::db {

/// What was found of one address, or of a server's own health.
struct HealthReport {
  std::string server;
  std::string address;  ///< empty: the server's own health, whose setting has expired
  Health health = Health::unknown;
  std::string reason;             ///< why, for people
  std::int64_t at = 0;            ///< seconds since 1970: when it was found
  bool was_down = false;          ///< and is not any more
  bool probed = true;             ///< found by a probe
  std::int64_t health_until = 0;  ///< of a server: the setting that has expired
};

/// The reports at one moment.
class HealthSnapshot {
 public:
  using Key = std::pair<std::string, std::string>;  ///< server and address
  using Reports = std::map<Key, std::shared_ptr<const HealthReport>, std::less<>>;

  using Superseded = std::vector<std::shared_ptr<const HealthReport>>;

  HealthSnapshot(Reports reports, Superseded superseded, std::uint64_t sequence)
      : reports_(std::move(reports)), superseded_(std::move(superseded)), sequence_(sequence) {}

  const Reports& reports() const { return reports_; }

  /// Those of another health that were in effect before, and could not be written: of each address the oldest
  /// first.
  const Superseded& superseded() const { return superseded_; }

  /// How many reports there had been.
  std::uint64_t sequence() const { return sequence_; }

 private:
  Reports reports_;
  Superseded superseded_;
  std::uint64_t sequence_;
};

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

/// "2 results of probes wait to be written since 2026-11-24T14:32:10Z"; empty: none does.
std::string unwritten_in_words(const HealthSnapshot& reports);

/// What was read, with the reports over it.
void merge(const HealthSnapshot& reports, MailServer& server);
void merge(const HealthSnapshot& reports, NameContents& contents);

}  // namespace mxbalance::db
