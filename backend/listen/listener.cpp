#include "backend/listen/listener.h"

#include <cerrno>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "backend/listen/http_connection.h"
#include "backend/listen/line_connection.h"
#include "backend/listen/stream.h"

namespace mxbalance::listen {

namespace {

/// How long to wait for a free descriptor or for memory before the next accept.
constexpr std::chrono::milliseconds pause_after_failure{100};

/// The connection failed before it was accepted; the endpoint is sound (accept(2)).
bool is_of_one_connection(int error) {
  switch (error) {
    case EAGAIN:
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

void set_tcp_options(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on,
               sizeof on);  // a host that vanished would hold its place for ever
}

/// Never blocks: what does not fit in the socket's empty buffer is not sent.
void refuse(const Descriptor& socket, Protocol protocol, std::string_view sentence) {
  if (protocol != Protocol::http) return;
  const auto reply = http_refusal(503, sentence);
  ::send(socket.number(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket.number(), SHUT_WR);
}

}  // namespace

Listener::Listener(std::vector<Endpoint> endpoints, ConversationFactory factory, ListenerOptions options,
                   std::shared_ptr<spdlog::logger> logger)
    : endpoints_(std::move(endpoints)),
      factory_(std::move(factory)),
      options_(std::move(options)),
      troubles_(std::move(logger)),
      accepting_([this] { accept_until_stopped(); }) {}

Listener::~Listener() {
  stop(std::chrono::milliseconds::zero());
}

std::size_t Listener::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

void Listener::accept_until_stopped() {
  std::vector<pollfd> entries;
  for (const auto& endpoint : endpoints_)
    entries.push_back({endpoint.descriptor(), POLLIN, 0});
  entries.push_back({stop_.descriptor(), POLLIN, 0});
  const bool tells = options_.alive && options_.alive_every.count() > 0;
  const int patience = tells ? static_cast<int>(options_.alive_every.count()) : -1;
  while (!stop_.is_raised()) {
    if (tells) options_.alive();
    if (::poll(entries.data(), entries.size(), patience) < 0) continue;
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
      if (entries[i].revents != 0) accept_on(endpoints_[i]);
    }
  }
}

void Listener::accept_on(const Endpoint& endpoint) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  Descriptor socket(::accept4(endpoint.descriptor(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  if (socket.is_open()) {
    troubles_.over(Trouble::failed_accept);
    if (admit(peer, endpoint)) take(std::move(socket), endpoint.protocol());
  } else if (const int error = errno; !is_of_one_connection(error)) {
    troubles_.report(Trouble::failed_accept, "No connection can be accepted on " + endpoint.name() + ": " +
                                                 std::system_category().message(error) + ".");
    static_cast<void>(stop_.wait_for(pause_after_failure));
  }
}

/// No episode ends by a connection that is allowed: those come all the time.
bool Listener::admit(const sockaddr_storage& peer, const Endpoint& endpoint) {
  if (endpoint.protocol() != Protocol::http || may_connect(peer, options_.allowed)) return true;
  troubles_.report(Trouble::foreign_client, "A connection from " + peer_name(peer) + " to " + endpoint.name() +
                                                " was closed: it is in no network that --allow-from lists.");
  return false;
}

void Listener::take(Descriptor socket, Protocol protocol) {
  if (protocol == Protocol::http) set_tcp_options(socket.number());
  const auto limit = std::to_string(options_.max_connections);
  if (connections() >= options_.max_connections) {
    troubles_.report(Trouble::connection_limit, "A connection was refused: the limit of " + limit +
                                                    " open connections is reached. PowerDNS answers SERVFAIL "
                                                    "where it gets none; raise the limit.");
    refuse(socket, protocol, "The limit of " + limit + " open connections is reached.");
    return;
  }
  troubles_.over(Trouble::connection_limit);
  if (start(socket, protocol)) {
    troubles_.over(Trouble::failed_thread);
  } else {
    troubles_.report(Trouble::failed_thread, "A connection was refused: the system starts no more threads.");
    refuse(socket, protocol, "The system starts no more threads for connections.");
  }
}

/// Leaves the socket where it is if there is no thread for it.
bool Listener::start(Descriptor& socket, Protocol protocol) {
  const std::lock_guard lock(mutex_);
  const auto connection = connections_.emplace(connections_.end());
  connection->socket = std::move(socket);
  try {
    connection->thread = std::thread([this, connection, protocol] { run(connection, protocol); });
    return true;
  } catch (const std::system_error&) {
    socket = std::move(connection->socket);
    connections_.erase(connection);
    return false;
  }
}

void Listener::run(Connections::iterator connection, Protocol protocol) {
  try {
    const auto conversation = factory_();
    SocketStream stream(connection->socket.number(), stop_, options_.limits);
    const auto serve = protocol == Protocol::http ? serve_http : serve_lines;
    serve(stream, *conversation, options_.limits, troubles_);
  } catch (const std::exception& failure) {
    troubles_.report(Trouble::failed_conversation, std::string("A connection was closed: ") + failure.what());
  }
  end(connection);
}

void Listener::end(Connections::iterator connection) {
  std::thread ended_before;
  {
    const std::lock_guard lock(mutex_);
    ended_before = std::exchange(last_ended_, std::move(connection->thread));
    connections_.erase(connection);  // closes the socket: end_all must not find a number that is used anew
    ended_.notify_all();
  }
  if (ended_before.joinable()) ended_before.join();
}

void Listener::stop(std::chrono::milliseconds grace) {
  const std::lock_guard lock(stop_mutex_);
  if (stop_.is_raised()) return;
  stop_.raise();
  accepting_.join();
  endpoints_.clear();
  end_all(grace);
}

void Listener::end_all(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  const auto none_left = [this] { return connections_.empty(); };
  if (!ended_.wait_for(lock, grace, none_left)) {
    for (const auto& connection : connections_)
      ::shutdown(connection.socket.number(), SHUT_RDWR);
    ended_.wait(lock, none_left);
  }
  auto last = std::move(last_ended_);
  lock.unlock();
  if (last.joinable()) last.join();
}

}  // namespace mxbalance::listen
