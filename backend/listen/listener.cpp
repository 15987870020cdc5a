#include "backend/listen/listener.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "backend/listen/http_connection.h"
#include "backend/listen/http_reply.h"
#include "backend/listen/line_connection.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

namespace {

/// The pause before the next accept when no descriptor or no memory is free.
constexpr std::chrono::milliseconds pause_after_failure{100};

/// How often socket files are checked: a removed file is created again within a second.
constexpr std::chrono::milliseconds file_check_every{500};

/// Ping connections that are closed for newer ones need a moment to end. Until then, all ping connections of an
/// endpoint may be at most this many times connections_for_ping.
constexpr std::size_t most_at_an_end = 8;

/// Whether the connection failed before it was accepted, while the endpoint still works (accept(2)).
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
               sizeof on);  // a vanished host would otherwise keep its connection for ever
}

/// Refuses a connection without blocking: what does not fit into the socket's empty buffer is not sent.
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
      alive_(std::move(options.alive)),
      alive_every_(options.alive_every),
      limits_(options.limits),
      ping_limits_(limits_of_ping(options.limits.memory)),
      max_connections_(options.max_connections),
      troubles_(std::move(logger)),
      allowed_(std::move(options.allowed)),
      open_(endpoints_.size()),
      accepting_([this] { accept_until_stopped(); }) {}

Listener::~Listener() {
  stop(std::chrono::milliseconds::zero());
}

void Listener::change(const Limits& limits, std::size_t max_connections, std::vector<Network> allowed) {
  limits_.change(limits);
  max_connections_ = max_connections;
  const std::lock_guard lock(mutex_);
  allowed_ = std::move(allowed);
}

std::size_t Listener::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

void Listener::accept_until_stopped() {
  const bool tells = alive_ && alive_every_.count() > 0;
  const auto patience = tells ? std::min(alive_every_, file_check_every) : file_check_every;
  std::vector<pollfd> entries;
  while (!stop_.is_raised()) {
    if (tells) alive_();
    keep_files();
    entries.clear();
    for (const auto& endpoint : endpoints_)
      entries.push_back({endpoint.descriptor(), POLLIN, 0});
    entries.push_back({stop_.descriptor(), POLLIN, 0});
    if (::poll(entries.data(), entries.size(), static_cast<int>(patience.count())) > 0)
      accept_where_ready(entries);
  }
}

void Listener::accept_where_ready(const std::vector<pollfd>& entries) {
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    if (entries[i].revents != 0) accept_on({endpoints_[i], i});
  }
}

/// Creates removed files of Unix sockets again. Without its file, a socket gets no new connections.
void Listener::keep_files() {
  const auto now = std::chrono::steady_clock::now();
  if (now < files_due_) return;
  files_due_ = now + file_check_every;
  for (std::size_t i = 0; i < endpoints_.size(); ++i)
    keep_file({endpoints_[i], i});
}

void Listener::keep_file(const Place& place) {
  Endpoint& endpoint = place.endpoint;
  const std::string& name = endpoint.name();
  try {
    if (endpoint.lacks_file()) {
      while (accept_on(place)) {
      }
      endpoint.make_file_again();
      troubles_.tell(fmt::format("The file of the Unix socket {} was removed; it is made again, with mode {:04o}.",
                                 name, endpoint.file_mode()));
    }
    troubles_.over(Trouble::lost_socket_file, name);
  } catch (const EndpointError& failure) {
    troubles_.report(Trouble::lost_socket_file,
                     fmt::format("PowerDNS cannot connect any more: {}.", failure.what()), name);
  }
}

/// Accepts a connection. Returns whether there was one.
bool Listener::accept_on(const Place& place) {
  const Endpoint& endpoint = place.endpoint;
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  Descriptor socket(::accept4(endpoint.descriptor(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  if (socket.is_open()) {
    troubles_.over(Trouble::failed_accept, endpoint.name());
    if (admit(peer, endpoint)) take(std::move(socket), place);
    return true;
  }
  if (const int error = errno; !is_of_one_connection(error)) {
    troubles_.report(Trouble::failed_accept,
                     fmt::format("No connection can be accepted on {}: {}.", endpoint.name(),
                                 std::system_category().message(error)),
                     endpoint.name());
    static_cast<void>(stop_.wait_for(pause_after_failure));
  }
  return false;
}

/// Checks the client's network. An allowed connection does not end the episode in the log, because there are
/// always some.
bool Listener::admit(const sockaddr_storage& peer, const Endpoint& endpoint) {
  if (endpoint.protocol() != Protocol::http) return true;
  {
    const std::lock_guard lock(mutex_);
    if (may_connect(peer, allowed_)) return true;
  }
  troubles_.report(
      Trouble::foreign_client,
      fmt::format("A connection from {} to {} was closed: it is in no network that --allow-from lists.",
                  peer_name(peer), endpoint.name()),
      endpoint.name());
  return false;
}

void Listener::take(Descriptor socket, const Place& place) {
  const Endpoint& endpoint = place.endpoint;
  if (endpoint.protocol() == Protocol::http) set_tcp_options(socket.number());
  const bool is_for_ping = is_full(place.number);
  if (is_for_ping) {
    const Way way = make_way_for_ping(place.number);
    const std::string sentence = way == Way::is_free ? "" : refuse_over_limit(endpoint.name());
    if (way == Way::is_none) return refuse(socket, endpoint.protocol(), sentence);
  }
  if (!is_for_ping) troubles_.over(Trouble::connection_limit, endpoint.name());
  Connection connection{.socket = std::move(socket), .place = place.number, .is_for_ping = is_for_ping};
  if (start(connection, endpoint)) {
    troubles_.over(Trouble::failed_thread);
  } else {
    troubles_.report(Trouble::failed_thread, "A connection was refused: the system starts no more threads.");
    refuse(connection.socket, endpoint.protocol(), "The system starts no more threads for connections.");
  }
}

bool Listener::is_full(std::size_t place) const {
  const std::lock_guard lock(mutex_);
  return open_[place].connections >= max_connections_;
}

/// Makes room for a ping connection by closing the oldest one. Ping asks right after it connects, so the oldest
/// connection is the least likely to be ping. Returns is_none when too many closed connections have not ended yet.
Listener::Way Listener::make_way_for_ping(std::size_t place) {
  const std::lock_guard lock(mutex_);
  const std::size_t count = open_[place].for_ping;
  if (count < connections_for_ping) return Way::is_free;
  const auto oldest = std::find_if(connections_.begin(), connections_.end(), [&](const Connection& one) {
    return one.place == place && one.is_for_ping && !one.is_making_way;
  });
  if (count >= most_at_an_end * connections_for_ping || oldest == connections_.end()) return Way::is_none;
  oldest->is_making_way = true;
  ::shutdown(oldest->socket.number(), SHUT_RDWR);
  return Way::was_made;
}

/// Logs the refusal. Returns the sentence for the client.
std::string Listener::refuse_over_limit(const std::string& name) {
  const std::size_t limit = max_connections_;
  troubles_.report(
      Trouble::connection_limit,
      fmt::format("A connection was refused: the limit of {} open connections is reached on {}. PowerDNS "
                  "answers SERVFAIL where it gets none; raise the limit (--max-connections).",
                  limit, name),
      name);
  return fmt::format("The limit of {} open connections is reached.", limit);
}

std::size_t& Listener::count_of(const Connection& connection) {
  auto& open = open_[connection.place];
  return connection.is_for_ping ? open.for_ping : open.connections;
}

/// Starts the thread of a connection. Returns false and leaves `wanted` unchanged when no thread can be started.
bool Listener::start(Connection& wanted, const Endpoint& endpoint) {
  const std::lock_guard lock(mutex_);
  const auto connection = connections_.insert(connections_.end(), std::move(wanted));
  try {
    connection->thread = std::thread([this, connection, protocol = endpoint.protocol(), name = endpoint.name()] {
      run(connection, protocol, name);
    });
    ++count_of(*connection);
    return true;
  } catch (const std::system_error&) {
    wanted = std::move(*connection);
    connections_.erase(connection);
    return false;
  }
}

void Listener::run(Connections::iterator connection, Protocol protocol, const std::string& name) {
  try {
    serve(*connection, protocol, name);
  } catch (const std::exception& failure) {
    troubles_.report(Trouble::failed_conversation, fmt::format("A connection was closed: {}", failure.what()));
  }
  end(connection);
}

void Listener::serve(const Connection& connection, Protocol protocol, const std::string& name) {
  auto conversation = factory_();
  if (connection.is_for_ping) {
    conversation = std::make_unique<PingConversation>(std::move(conversation),
                                                      [this, &name] { return refuse_over_limit(name); });
  }
  const CurrentLimits& limits = connection.is_for_ping ? ping_limits_ : limits_;
  SocketStream stream(connection.socket.number(), stop_, limits);
  const auto serve_requests = protocol == Protocol::http ? serve_http : serve_lines;
  serve_requests(stream, *conversation, limits, troubles_);
}

void Listener::end(Connections::iterator connection) {
  std::thread ended_before;
  {
    const std::lock_guard lock(mutex_);
    ended_before = std::exchange(last_ended_, std::move(connection->thread));
    --count_of(*connection);
    connections_.erase(connection);  // closes the socket; end_all must not find its number in use again
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
