// The health checker of a running service. It probes every address in the store and adds the results to the
// store's health reports. It has two threads. One probes. The other reads what must be probed, ends expired health
// settings, and writes the results to the store. If several services use one store, one of them probes. The others
// read its results and take over when it has gone. A service that has nothing to probe leaves probing to the
// others. A service that was suspended and lost the lease drops its results. An error in a thread is logged, and
// the thread continues. Safe from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/logger.h>

#include "backend/health/pool_watch.h"
#include "backend/health/prober.h"
#include "backend/health/rise_and_fall.h"
#include "backend/health/schedule.h"
#include "backend/health/unprobed.h"
#include "db/edits/probe_targets.h"
#include "db/edits/probing_lease.h"
#include "db/store/database.h"

namespace mxbalance::health {

class Checker {
 public:
  /// Settings that may be changed while the checker runs.
  struct Settings {
    db::ProbeSettings defaults;  ///< for settings that a server does not have
    ProbeIdentity identity;
    std::size_t most_probes = 4096;  ///< most probes under way at once; each needs a descriptor
  };
  struct Options {
    Settings settings;
    std::uint64_t seed = 0;  ///< for the jitter
    /// Only the holder of this lease probes. It must outlive the checker. Null: always probe.
    db::ProbingLease* lease = nullptr;
    std::function<Time()> now = std::chrono::steady_clock::now;
  };

  /// `database` and `reports` must outlive the checker.
  Checker(db::Database& database, db::HealthReports& reports, std::shared_ptr<spdlog::logger> log,
          Options options);
  ~Checker();
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// Changes the settings within a second. Probes under way are not changed.
  void change(Settings settings);

 private:
  using Key = std::pair<std::string, std::string>;  ///< server and address

  /// What is known about an address.
  struct Subject {
    db::ProbeTarget target;
    Standing standing;
    std::uint64_t reported = 0;  ///< the number of its last report
    /// Why TLS failed before the last successful probe; empty: it did not. Absent: no probe has succeeded yet.
    std::optional<std::string> tls_problem{};
    Time begun{};             ///< when the last probe began
    unsigned under_way = 0;   ///< probes without a verdict yet
    bool is_waiting = false;  ///< the next probe is due, but too many are under way
  };

  /// The work there is for a service that probes.
  struct Work {
    bool probes = false;
    bool leftovers = false;  ///< addresses that are no longer probed still have a probe's result
    bool operator==(const Work&) const = default;
  };

  /// The addresses in the store, with the reports applied that existed when they were read.
  struct Targets {
    std::vector<db::ProbeTarget> targets;
    std::uint64_t sequence = 0;
    Work work{};
    bool is_after_takeover =
        false;  ///< another service has probed, so first forget everything about the addresses
  };

  void keep_going(const std::stop_token& stop, const std::function<void()>& work);
  void probe_until(const std::stop_token& stop);
  void take_over_settings();
  void take_over_targets();
  void take_over(const db::ProbeTarget& target, std::uint64_t sequence);
  void add_subject(const Key& key, Subject subject);
  void start_due();
  void start(std::uint64_t key, Subject& subject, Time now);
  void note_result(std::uint64_t key, const ProbeResult& result);
  void apply(Subject& subject, const ProbeResult& result);
  bool note_tls(Subject& subject, const std::string& problem);
  void report(Subject& subject, db::Health before, const ProbeResult& result);
  void report_no_longer_probed(const db::ProbeTarget& target);
  void keep_store_until(const std::stop_token& stop);
  bool write_reports();
  void look_at_store();
  Targets read_targets();
  void hand_over(Targets read);
  void expire_settings();
  void note_store(bool is_written, const std::string& problem);
  void look_at_pools();
  void renew_lease();
  bool needs_lease() const;
  void drop_findings();
  bool may_probe() const;

  db::Database& database_;
  db::HealthReports& reports_;  ///< results that are not written yet
  std::shared_ptr<spdlog::logger> log_;
  const Options options_;

  // Only used by the probing thread.
  std::map<Key, std::uint64_t> keys_;
  std::map<std::uint64_t, Subject> subjects_;
  std::uint64_t next_key_ = 0;
  Schedule schedule_;
  std::optional<Prober> prober_;
  std::size_t most_probes_;

  // Shared by both threads, under mutex_.
  std::mutex mutex_;
  std::condition_variable_any to_write_;
  std::optional<Targets> targets_;
  Settings settings_;
  bool are_settings_new_ = false;
  bool has_reports_ = false;
  // While targets_ with `is_after_takeover` wait, results are neither noted here nor reported.
  UnprobedAddresses unprobed_;

  // Only used by the other thread.
  bool is_written_ = true;
  std::set<std::string> told_;  ///< invalid probe settings that were logged
  std::optional<Work> work_;    ///< absent: the store was not read yet
  db::ProbingLease::Holder holder_;
  std::uint64_t losses_ = 0;  ///< how often the lease was lost
  PoolWatch watch_;

  std::jthread probing_;
  std::jthread keeping_;
};

}  // namespace mxbalance::health
