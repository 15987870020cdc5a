// The health checker of a running service: probes every address that the store names, and hands what it finds to
// the store's health reports. Two threads: one probes; the other reads what is to be probed, lets settings expire,
// and writes what was found, as the store allows. Of several services on one store one probes; the others follow
// what it writes, and take over when it is gone. One that has nothing to probe leaves that to others; one that was
// stopped and is followed by another drops what it has found. Whatever ends one of them but the checker's own end
// is logged, and the thread goes on. Safe from any thread.
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
  /// What may change while probes are made.
  struct Settings {
    db::ProbeSettings defaults;  ///< what a server leaves open
    ProbeIdentity identity;
    std::size_t most_probes = 4096;  ///< under way at once; each needs a descriptor. Others wait
  };
  struct Options {
    Settings settings;
    std::uint64_t seed = 0;  ///< of the jitter
    db::ProbingLease* lease =
        nullptr;  ///< probes are made only by who has it; must outlive the checker. Null: always
    std::function<Time()> now = std::chrono::steady_clock::now;
  };

  /// `database` and `reports` must outlive the checker.
  Checker(db::Database& database, db::HealthReports& reports, std::shared_ptr<spdlog::logger> log,
          Options options);
  ~Checker();
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// Within a second; probes under way end as they began.
  void change(Settings settings);

 private:
  using Key = std::pair<std::string, std::string>;  ///< server and address

  /// What is known of an address.
  struct Subject {
    db::ProbeTarget target;
    Standing standing;
    std::uint64_t reported = 0;  ///< number of its last report
    std::optional<std::string>
        tls_problem{};        ///< why the last one that passed was made without TLS; absent: none did
    Time begun{};             ///< of the last probe
    unsigned under_way = 0;   ///< probes whose verdict is not yet known
    bool is_waiting = false;  ///< another one is due, and waits for one of these
  };

  /// What there is to do for a service that probes.
  struct Work {
    bool probes = false;
    bool leftovers = false;  ///< the store says what was found of addresses that are not to be probed any more
    bool operator==(const Work&) const = default;
  };

  /// What was read from the store, with the reports of that moment over it.
  struct Targets {
    std::vector<db::ProbeTarget> targets;
    std::uint64_t sequence = 0;
    Work work{};
    bool is_anew = false;  ///< what is known of addresses is forgotten first: another service has probed
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
  void judge(Subject& subject, const ProbeResult& result);
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
  db::HealthReports& reports_;  ///< what is not written yet
  std::shared_ptr<spdlog::logger> log_;
  const Options options_;

  // The probing thread's own.
  std::map<Key, std::uint64_t> keys_;
  std::map<std::uint64_t, Subject> subjects_;
  std::uint64_t next_key_ = 0;
  Schedule schedule_;
  std::optional<Prober> prober_;
  std::size_t most_probes_;

  // Handed over from one to the other.
  std::mutex mutex_;
  std::condition_variable_any to_write_;
  std::optional<Targets> targets_;
  Settings settings_;
  bool are_settings_new_ = false;
  bool has_reports_ = false;
  // Results are noted here, and reported, only where no targets wait that are anew.
  UnprobedAddresses unprobed_;

  // The other thread's own.
  bool is_written_ = true;
  std::set<std::string> told_;  ///< settings of probes that are not allowed, and were logged
  std::optional<Work> work_;    ///< absent: the store was not read yet
  db::ProbingLease::Holder holder_;
  std::uint64_t losses_ = 0;  ///< of the lease
  PoolWatch watch_;

  std::jthread probing_;
  std::jthread keeping_;
};

}  // namespace mxbalance::health
