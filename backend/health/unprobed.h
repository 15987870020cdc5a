// Addresses that cannot be probed for want of something here, such as a route, and since when. It says nothing of
// them, so it is told apart from their health: in the store, in the log, where a line names all that a second
// brings, and in one event for each family of addresses when it begins, and when it ends. Safe from any thread.
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

  /// What the store says of all addresses, and what is not yet written over it. `now`: seconds since 1970.
  void take_over(const std::vector<db::ProbeTarget>& targets, std::int64_t now);

  /// A probe of the address was made.
  void note_made(const db::ProbeTarget& target, std::int64_t now);

  /// None could be made, for `reason`.
  void note_not_made(const db::ProbeTarget& target, const std::string& reason, std::int64_t now);

  /// Logs which addresses cannot be probed since the last call, and which can again: to be called each second.
  void tell(db::LogTime now);

  /// What the store does not say yet.
  db::ProbingChanges to_write() const;

  /// After `written` was committed.
  void forget(const db::ProbingChanges& written);

  /// Begins anew with the next take_over(): another service probes, and writes what it finds.
  void drop();

 private:
  using Key = std::pair<std::string, std::string>;        ///< server and address
  static constexpr std::size_t most_lines_a_minute = 10;  ///< of a family
  struct Unprobed {
    db::AddressFamily family = db::AddressFamily::ipv4;
    std::int64_t since = 0;
  };
  struct Family {
    bool is_affected = false;  ///< some of its addresses are not probed
    // To be logged.
    std::vector<std::pair<Key, std::string>> not_probed{};  ///< in words, with the reason
    std::vector<std::string> probed_again{};
    db::LineLimit lines{most_lines_a_minute};
  };

  bool has_any(db::AddressFamily family) const;
  void set_affected(db::AddressFamily family, bool is_affected, const std::string& reason, std::int64_t now);

  std::shared_ptr<spdlog::logger> log_;
  mutable std::mutex mutex_;
  std::map<Key, Unprobed> unprobed_;
  std::set<Key> told_;  ///< those of them that the log has
  std::map<db::AddressFamily, Family> families_;
  bool is_read_ = false;  ///< the store was, once
  db::ProbingChanges changes_;
};

}  // namespace mxbalance::health
