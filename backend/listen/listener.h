// Accepts connections on all endpoints and serves each on a thread of its own: an idle one waits in the kernel and
// costs nothing, and a slow one delays no other. Safe from any thread.
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
  /// On each endpoint, at least 1: who fills one starves no other. PowerDNS holds one for each of its backend
  /// instances, for days. One more is for ping alone: another request is refused, with status 503 over HTTP, by
  /// closing on a Unix socket.
  std::size_t max_connections = 1'024;
  /// Who may connect to an address, apart from this machine itself. A connection from elsewhere is closed.
  std::vector<Network> allowed{};
  /// Called by the thread that accepts, at least this often as long as it goes round; zero: never.
  std::function<void()> alive{};
  std::chrono::milliseconds alive_every{0};
};

/// On each endpoint, beyond max_connections. They end within a second; where all are taken, the oldest makes way.
inline constexpr std::size_t connections_for_ping = 8;

class Listener {
 public:
  /// Begins to accept at once. A null logger is the default one. Throws std::system_error if the system has no
  /// thread or descriptor left.
  Listener(std::vector<Endpoint> endpoints, ConversationFactory factory, ListenerOptions options = {},
           std::shared_ptr<spdlog::logger> logger = nullptr);
  Listener(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener& operator=(Listener&&) = delete;
  /// Stops without grace.
  ~Listener();

  /// Stops accepting, closes idle connections, and lets requests that have begun end and their replies go out.
  /// After `grace` the sockets of those left are shut down; a conversation at work is then still waited for.
  /// Returns when all threads have ended. The second call does nothing.
  void stop(std::chrono::milliseconds grace);

  /// For requests from now on, also of connections that are open; those over a limit that became lower stay.
  void change(const Limits& limits, std::size_t max_connections, std::vector<Network> allowed);

  /// How many are open now.
  [[nodiscard]] std::size_t connections() const;

 private:
  enum class Way { is_free, was_made, is_none };

  /// An endpoint, and its place in the list of all.
  struct Place {
    Endpoint& endpoint;
    std::size_t number = 0;
  };
  struct Connection {
    Descriptor socket;
    std::size_t place = 0;
    bool is_for_ping = false;
    bool is_making_way = false;  ///< for a younger one for ping
    std::thread thread{};
  };
  using Connections = std::list<Connection>;
  /// Of one endpoint.
  struct Open {
    std::size_t connections = 0;  ///< without those for ping
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
  std::chrono::steady_clock::time_point files_due_{};  // the accepting thread's own

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<Network> allowed_;  // guarded by mutex_, as the next
  std::vector<Open> open_;        // endpoint by endpoint
  Connections connections_;
  std::thread last_ended_;  // each thread that ends joins the one before it, so that one at most is left to join

  std::mutex stop_mutex_;
  std::thread accepting_;  // last: it uses all of the above
};

}  // namespace mxbalance::listen
