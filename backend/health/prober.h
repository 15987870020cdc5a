// Many probes at once, in one thread, over epoll: none waits for another. The time of a probe is time in which
// this process runs.
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

  /// Throws std::system_error where the system gives no descriptors.
  Prober(ProbeIdentity identity, Done done);
  ~Prober() = default;
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Begins a probe. Where TLS is only tried and its handshake fails, a second one without TLS decides. `done` is
  /// called with `key`, which need not be its alone, from run() when the verdict stands.
  void start(std::uint64_t key, const db::ProbeTarget& target);

  /// For probes that are started from now on.
  void change_identity(ProbeIdentity identity);

  /// Those included that still part from their server: each has a descriptor.
  std::size_t under_way() const { return probes_.size(); }

  /// Moves the probes on; waits for `most` at the longest, and less when something happens.
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
    std::string tls_problem{};  ///< for which it is made without TLS
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
  void outlast(std::chrono::nanoseconds pause, Time now);
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
  Time looked_at_{};  ///< when it was last seen whether there was a pause
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;  ///< some have been put off, or are over
  std::vector<std::pair<std::uint64_t, ProbeResult>> ended_;  ///< at once, with their keys: to be reported
};

}  // namespace mxbalance::health
