#include "backend/health/probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/health/wording.h"
#include "db/base/ip_address.h"

namespace mxbalance::health {

namespace {

using Verdict = ProbeResult::Verdict;
using std::chrono::milliseconds;

// The time limit for the reply to QUIT and for the server to close. The verdict is known before.
constexpr milliseconds longest_parting{5000};
constexpr std::size_t most_parting_bytes = 65536;

int number_of(db::AddressFamily family) {
  return family == db::AddressFamily::ipv4 ? AF_INET : AF_INET6;
}

/// An address with its port, in the form of the system calls.
class SocketAddress {
 public:
  SocketAddress(db::AddressFamily family, const std::string& address, std::uint16_t port) {
    if (family == db::AddressFamily::ipv4) {
      auto* const place = reinterpret_cast<sockaddr_in*>(&storage_);
      place->sin_family = AF_INET;
      place->sin_port = htons(port);
      place->sin_addr = db::ipv4_address(address).value_or(in_addr{});
      size_ = sizeof(sockaddr_in);
    } else {
      auto* const place = reinterpret_cast<sockaddr_in6*>(&storage_);
      place->sin6_family = AF_INET6;
      place->sin6_port = htons(port);
      place->sin6_addr = db::ipv6_address(address).value_or(in6_addr{});
      size_ = sizeof(sockaddr_in6);
    }
  }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// The local address of the connection.
std::string local_address(int descriptor, db::AddressFamily family) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return "";
  const void* const address =
      family == db::AddressFamily::ipv4
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr);
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(number_of(family), address, text.data(), text.size()) != nullptr ? text.data() : "";
}

}  // namespace

Probe::Probe(const db::ProbeTarget& target, ProbeIdentity identity, std::string full_name,
             std::shared_ptr<SSL_CTX> context, Time now)
    : target_(target),
      identity_(std::move(identity)),
      full_name_(std::move(full_name)),
      context_(std::move(context)),
      begun_(now),
      deadline_(now + std::min(longest_connect, target.settings.timeout)) {
  begin();
}

Probe::~Probe() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Starts to connect. An error at once has a local reason, such as no route. Only a refused connection says
/// something about the address.
void Probe::begin() {
  descriptor_ = ::socket(number_of(target_.family), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0 || !bind_source()) return end(Verdict::not_made, problem_of(errno));
  const SocketAddress address(target_.family, target_.address, target_.settings.port);
  if (::connect(descriptor_, address.get(), address.size()) == 0 || errno == EINPROGRESS) return;
  end(errno == ECONNREFUSED ? Verdict::failed : Verdict::not_made, problem_of(errno));
}

bool Probe::bind_source() const {
  const auto& source = target_.family == db::AddressFamily::ipv4 ? identity_.source_ipv4 : identity_.source_ipv6;
  if (source.empty()) return true;
  const int late = 1;  // choose the local port together with the destination, so that many probes find one
  ::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof late);
  const SocketAddress address(target_.family, source, 0);
  return ::bind(descriptor_, address.get(), address.size()) == 0;
}

void Probe::move_on(Time now) {
  while (step())
    note_result(now);
  note_result(now);
}

/// Makes one step. Returns whether another step may be possible at once.
bool Probe::step() {
  switch (state_) {
    case State::connecting:
      return finish_connecting();
    case State::handshaking:
      return shake_hands();
    case State::talking:
      return talk();
    case State::parting:
      return part();
    case State::over:
      break;
  }
  return false;
}

void Probe::note_result(Time now) {
  if (result_ || !dialogue_ || !dialogue_->result()) return;
  result_ = dialogue_->result();
  deadline_ = now + longest_parting;
}

bool Probe::finish_connecting() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    end(Verdict::failed, problem_of(error));
    return false;
  }
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  if (::getpeername(descriptor_, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) return false;  // not yet
  if (target_.settings.kind == db::ProbeKind::tcp) {
    end(Verdict::passed, "");
    return false;
  }
  deadline_ = begun_ + target_.settings.timeout;
  dialogue_.emplace(target_.settings, ehlo_name());
  state_ = State::talking;
  if (dialogue_->awaits_handshake()) begin_handshake();
  return true;
}

std::string Probe::ehlo_name() const {
  if (!identity_.ehlo_name.empty()) return identity_.ehlo_name;
  if (!full_name_.empty()) return full_name_;
  return address_literal(target_.family, local_address(descriptor_, target_.family));
}

void Probe::begin_handshake() {
  tls_ =
      std::make_unique<TlsSession>(context_, descriptor_, target_.server,
                                   verifies() ? TlsSession::Certificate::verified : TlsSession::Certificate::any);
  state_ = State::handshaking;
}

/// Whether the certificate is checked.
bool Probe::verifies() const {
  return target_.settings.tls == db::ProbeTls::require && !identity_.ca_file.empty();
}

bool Probe::shake_hands() {
  switch (tls_->handshake()) {
    case TlsSession::Progress::waits:
      return false;
    case TlsSession::Progress::failed:
      end_handshake(fmt::format("TLS handshake failed on port {}: {}", target_.settings.port, tls_->failure()));
      return false;
    case TlsSession::Progress::done:
      break;
  }
  std::string problem = verifies() ? tls_->certificate_problem() : "";
  if (!problem.empty()) problem += fmt::format(" (port {})", target_.settings.port);
  dialogue_->encrypt(problem);
  state_ = State::talking;
  return true;
}

bool Probe::talk() {
  send();
  const auto count = receive();
  if (!count) return false;
  if (*count == 0) {
    dialogue_->close();
    state_ = State::over;
    return false;
  }
  dialogue_->receive({received_.data(), *count});
  if (dialogue_->awaits_handshake()) begin_handshake();
  if (!dialogue_->is_over()) return true;
  if (tls_) tls_->say_goodbye();
  ::shutdown(descriptor_, SHUT_WR);
  state_ = State::parting;
  return true;
}

bool Probe::part() {
  const auto count = receive();
  if (!count) return false;
  parting_bytes_ += *count;
  if (*count == 0 || parting_bytes_ > most_parting_bytes) state_ = State::over;
  return state_ == State::parting;
}

void Probe::send() {
  unsent_ += dialogue_->take_output();
  if (unsent_.empty()) return;
  if (tls_) {
    unsent_.erase(0, tls_->write(unsent_));
    return;
  }
  const ssize_t count = ::send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (count > 0) unsent_.erase(0, static_cast<std::size_t>(count));
}

/// How many bytes were received. 0: the connection is closed or broken. Absent: no bytes have arrived.
std::optional<std::size_t> Probe::receive() {
  if (tls_) return tls_->read(received_);
  const ssize_t count = ::recv(descriptor_, received_.data(), received_.size(), 0);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return std::nullopt;
  return 0;
}

void Probe::expire() {
  const auto timeout = target_.settings.timeout;
  if (state_ == State::connecting) {
    end(Verdict::failed, fmt::format("no connection within {}", in_words(std::min(longest_connect, timeout))));
  } else if (state_ == State::handshaking) {
    end_handshake(
        fmt::format("TLS handshake on port {} is not done within {}", target_.settings.port, in_words(timeout)));
  } else if (dialogue_ && !result_) {
    dialogue_->expire(timeout);
    result_ = dialogue_->result();
  }
  state_ = State::over;
}

void Probe::put_off(Time::duration time) {
  begun_ += time;
  deadline_ += time;
}

void Probe::end(ProbeResult::Verdict verdict, const std::string& reason) {
  result_ = {verdict, reason};
  state_ = State::over;
}

void Probe::end_handshake(const std::string& reason) {
  dialogue_->fail_handshake(reason);
  result_ = dialogue_->result();
  state_ = State::over;
}

}  // namespace mxbalance::health
