// Accepts connections on all endpoints and serves each on a thread of its own: an idle one waits in the kernel and
// costs nothing, and a slow one delays no other. Safe from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "backend/listen/conversation.h"
#include "backend/listen/descriptor.h"
#include "backend/listen/endpoint.h"
#include "backend/listen/limits.h"
#include "backend/listen/networks.h"
#include "backend/listen/stop_signal.h"
#include "backend/listen/trouble_log.h"

namespace mxbalance::listen {

struct ListenerOptions {
  Limits limits;
  /// Over all endpoints, at least 1. PowerDNS holds one for each of its backend instances, for days. One more is
  /// refused: with status 503 over HTTP, by closing on a Unix socket.
  std::size_t max_connections = 1'024;
  /// Who may connect to an address, apart from this machine itself. A connection from elsewhere is closed.
  std::vector<Network> allowed{};
  /// Called by the thread that accepts, at least this often as long as it goes round; zero: never.
  std::function<void()> alive{};
  std::chrono::milliseconds alive_every{0};
};

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

  /// How many are open now.
  [[nodiscard]] std::size_t connections() const;

 private:
  struct Connection {
    Descriptor socket;
    std::thread thread;
  };
  using Connections = std::list<Connection>;

  void accept_until_stopped();
  void accept_on(const Endpoint& endpoint);
  bool admit(const sockaddr_storage& peer, const Endpoint& endpoint);
  void take(Descriptor socket, Protocol protocol);
  bool start(Descriptor& socket, Protocol protocol);
  void run(Connections::iterator connection, Protocol protocol);
  void end(Connections::iterator connection);
  void end_all(std::chrono::milliseconds grace);

  std::vector<Endpoint> endpoints_;
  const ConversationFactory factory_;
  const ListenerOptions options_;
  TroubleLog troubles_;
  StopSignal stop_;

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  Connections connections_;  // guarded by mutex_, as the next
  std::thread last_ended_;   // each thread that ends joins the one before it, so that one at most is left to join

  std::mutex stop_mutex_;
  std::thread accepting_;  // last: it uses all of the above
};

}  // namespace mxbalance::listen
