// Many probes at once, in one thread: libcurl's multi interface over epoll.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include <curl/curl.h>

#include "backend/health/probe.h"

namespace mxbalance::health {

class Prober {
 public:
  using Done = std::function<void(std::uint64_t key, const ProbeResult& result)>;

  /// Throws std::runtime_error where the system gives no descriptors.
  Prober(ProbeIdentity identity, Done done);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Begins a probe; `done` is called with `key` from run() when it has ended.
  void start(std::uint64_t key, const db::ProbeTarget& target);

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
  struct MultiEnd {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  static int watch(CURL* handle, curl_socket_t socket, int what, void* prober, void* is_known);
  static int set_timer(CURLM* multi, long milliseconds, void* prober);
  void act(curl_socket_t socket, int events);
  void finish_ended();

  ProbeIdentity identity_;
  Done done_;
  Epoll epoll_;
  std::unique_ptr<CURLM, MultiEnd> multi_;
  std::optional<std::chrono::steady_clock::time_point> timer_;
  struct UnderWay {
    std::uint64_t key = 0;
    std::unique_ptr<Probe> probe;
  };
  std::unordered_map<CURL*, UnderWay> probes_;
};

}  // namespace mxbalance::health
