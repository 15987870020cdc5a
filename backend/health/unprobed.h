// Addresses that cannot be probed for a local reason, such as no route, and since when. This says nothing about
// their health, so it is reported separately: in the store, in the log (one line for all addresses of one second),
// and as one event for each address family when it begins and when it ends. Safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/logger.h>

#include "db/base/log_limits.h"
#include "db/edits/health.h"
#include "db/edits/probe_targets.h"

namespace mxbalance::health {

class UnprobedAddresses {
 public:
  explicit UnprobedAddresses(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

  /// Takes the state of all addresses from the store; changes that are not written yet have priority. `now` is in
  /// seconds since 1970.
  void take_over(const std::vector<db::ProbeTarget>& targets, std::int64_t now);

  /// Notes that a probe of the address was made.
  void note_made(const db::ProbeTarget& target, std::int64_t now);

  /// Notes that no probe of the address could be made, for `reason`.
  void note_not_made(const db::ProbeTarget& target, const std::string& reason, std::int64_t now);

  /// Logs which addresses cannot be probed since the last call, and which can be probed again. Call it each
  /// second.
  void tell(db::LogTime now);

  /// The changes that are not written to the store yet.
  db::ProbingChanges to_write() const;

  /// Removes the changes in `written`. Call it after they were committed.
  void forget(const db::ProbingChanges& written);

  /// Forgets everything until the next take_over(), because another service probes and writes its results.
  void drop();

 private:
  using Key = std::pair<std::string, std::string>;        ///< server and address
  static constexpr std::size_t most_lines_a_minute = 10;  ///< for each family
  struct Unprobed {
    db::AddressFamily family = db::AddressFamily::ipv4;
    std::int64_t since = 0;
  };
  struct Family {
    bool is_affected = false;  ///< some addresses of the family are not probed
    // To be logged:
    std::vector<std::pair<Key, std::string>> not_probed{};  ///< the address in words, with the reason
    std::vector<std::string> probed_again{};
    db::LineLimit lines{most_lines_a_minute};
  };

  bool has_any(db::AddressFamily family) const;
  void set_affected(db::AddressFamily family, bool is_affected, const std::string& reason, std::int64_t now);

  std::shared_ptr<spdlog::logger> log_;
  mutable std::mutex mutex_;
  std::map<Key, Unprobed> unprobed_;
  std::set<Key> told_;  ///< addresses that were logged as not probed
  std::map<db::AddressFamily, Family> families_;
  bool is_read_ = false;  ///< the store was read at least once
  db::ProbingChanges changes_;
};

}  // namespace mxbalance::health
