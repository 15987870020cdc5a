// Accepts connections on all endpoints and serves each connection on its own thread. An idle connection uses no
// CPU, and a slow one delays no other. Safe from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

#include "backend/listen/conversation.h"
#include "backend/listen/ping_conversation.h"
#include "backend/listen/trouble_log.h"
#include "backend/sockets/descriptor.h"
#include "backend/sockets/endpoint.h"
#include "backend/sockets/limits.h"
#include "backend/sockets/networks.h"
#include "backend/sockets/stop_signal.h"

namespace mxbalance::listen {

struct ListenerOptions {
  Limits limits;
  /// The limit for each endpoint, at least 1, so that one full endpoint does not block another. PowerDNS holds one
  /// connection for each of its backend instances, for days. Connections above the limit are only for ping. Any
  /// other request on them is refused: with status 503 over HTTP, by closing on a Unix socket.
  std::size_t max_connections = 1'024;
  /// The networks from which clients may connect to an HTTP address. This machine is always allowed. Other
  /// connections are closed.
  std::vector<Network> allowed{};
  /// Called by the accepting thread at least this often while that thread works. Zero: never.
  std::function<void()> alive{};
  std::chrono::milliseconds alive_every{0};
};

/// How many connections of each endpoint may exceed max_connections, for ping. They end within a second. When all
/// are in use, the oldest is closed.
inline constexpr std::size_t connections_for_ping = 8;

class Listener {
 public:
  /// Begins to accept at once. A null logger means the default logger. Throws std::system_error if the system has
  /// no thread or descriptor left.
  Listener(std::vector<Endpoint> endpoints, ConversationFactory factory, ListenerOptions options = {},
           std::shared_ptr<spdlog::logger> logger = nullptr);
  Listener(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener& operator=(Listener&&) = delete;
  /// Stops without waiting for requests.
  ~Listener();

  /// Stops accepting, closes idle connections, and lets started requests end and their replies be sent. After
  /// `grace`, the sockets of the remaining connections are shut down; requests that are being answered are still
  /// waited for. Returns when all threads have ended. A second call does nothing.
  void stop(std::chrono::milliseconds grace);

  /// Changes the limits for new requests, also on open connections. Connections above a lowered limit stay open.
  void change(const Limits& limits, std::size_t max_connections, std::vector<Network> allowed);

  /// How many connections are open now.
  [[nodiscard]] std::size_t connections() const;

 private:
  enum class Way { is_free, was_made, is_none };

  /// An endpoint and its index in endpoints_.
  struct Place {
    Endpoint& endpoint;
    std::size_t number = 0;
  };
  struct Connection {
    Descriptor socket;
    std::size_t place = 0;
    bool is_for_ping = false;
    bool is_making_way = false;  ///< it is being closed for a newer ping connection
    std::thread thread{};
  };
  using Connections = std::list<Connection>;
  /// The counts of one endpoint.
  struct Open {
    std::size_t connections = 0;  ///< without connections for ping
    std::size_t for_ping = 0;
  };

  void accept_until_stopped();
  void accept_where_ready(const std::vector<pollfd>& entries);
  bool accept_on(const Place& place);
  bool admit(const sockaddr_storage& peer, const Endpoint& endpoint);
  void take(Descriptor socket, const Place& place);
  bool is_full(std::size_t place) const;
  Way make_way_for_ping(std::size_t place);
  std::string refuse_over_limit(const std::string& name);
  bool start(Connection& wanted, const Endpoint& endpoint);
  void run(Connections::iterator connection, Protocol protocol, const std::string& name);
  void serve(const Connection& connection, Protocol protocol, const std::string& name);
  std::size_t& count_of(const Connection& connection);
  void keep_files();
  void keep_file(const Place& place);
  void end(Connections::iterator connection);
  void end_all(std::chrono::milliseconds grace);

  std::vector<Endpoint> endpoints_;
  const ConversationFactory factory_;
  const std::function<void()> alive_;
  const std::chrono::milliseconds alive_every_;
  CurrentLimits limits_;
  const CurrentLimits ping_limits_;
  std::atomic<std::size_t> max_connections_;
  TroubleLog troubles_;
  StopSignal stop_;
  std::chrono::steady_clock::time_point files_due_{};  // only used by the accepting thread

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<Network> allowed_;  // allowed_, open_, connections_ and last_ended_ are guarded by mutex_
  std::vector<Open> open_;        // one for each endpoint
  Connections connections_;
  std::thread last_ended_;  // each thread that ends joins the previous one, so at most one is left to join

  std::mutex stop_mutex_;
  std::thread accepting_;  // last member: the thread uses all the others
};

}  // namespace mxbalance::listen
