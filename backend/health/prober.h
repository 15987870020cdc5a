// Makes many probes at once in one thread, with epoll; no probe waits for another. Time limits count only time in
// which this process runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "backend/health/pauses.h"
#include "backend/health/probe.h"

namespace mxbalance::health {

class Prober {
 public:
  using Done = std::function<void(std::uint64_t key, const ProbeResult& result)>;

  /// Throws std::system_error where no descriptor is available.
  Prober(ProbeIdentity identity, Done done);
  ~Prober() = default;
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Starts a probe. Where TLS is optional and its handshake fails, a second probe without TLS decides. When the
  /// verdict is known, run() calls `done` with `key`. Several probes may have the same key.
  void start(std::uint64_t key, const db::ProbeTarget& target);

  /// Sets the identity of probes that are started from now on.
  void change_identity(ProbeIdentity identity);

  /// How many probes are under way, also those that have a verdict and still close their connection. Each has a
  /// descriptor.
  std::size_t under_way() const { return probes_.size(); }

  /// Continues the probes. Waits for at most `most`, and less when something happens.
  void run(std::chrono::milliseconds most);

 private:
  class Epoll {
   public:
    Epoll();
    ~Epoll();
    Epoll(const Epoll&) = delete;
    Epoll& operator=(const Epoll&) = delete;
    int descriptor() const { return descriptor_; }

   private:
    int descriptor_;
  };
  struct UnderWay {
    std::uint64_t key = 0;
    std::unique_ptr<Probe> probe;
    std::string tls_problem{};  ///< why this probe is made without TLS
    bool is_reported = false;
  };
  using Probes = std::unordered_map<std::uint64_t, UnderWay>;
  struct Alarm {
    Time at;
    std::uint64_t id;
    bool operator>(const Alarm& other) const { return at > other.at; }
  };

  void begin(std::uint64_t key, const db::ProbeTarget& target, const std::string& tls_problem);
  void begin_in_clear(std::uint64_t key, db::ProbeTarget target, const std::string& tls_problem);
  void watch(std::uint64_t id, UnderWay under_way);
  void settle(Probes::iterator one, Time deadline_before);
  void put_off_probes(std::chrono::nanoseconds pause, Time now);
  void expire_until(Time now);
  void report_ended();
  std::chrono::milliseconds wait_of(std::chrono::milliseconds most) const;

  ProbeIdentity identity_;
  Done done_;
  FullHostName full_name_;
  TlsContext tls_;
  Epoll epoll_;
  Probes probes_;
  std::uint64_t next_id_ = 0;
  Pauses pauses_;
  Time looked_at_{};                                                       ///< when pauses were last checked
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;  ///< also of extended and ended probes
  std::vector<std::pair<std::uint64_t, ProbeResult>> ended_;  ///< probes that ended at once, by their keys
};

}  // namespace mxbalance::health
