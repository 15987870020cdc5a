#include "tests/unit/health/scripted_server.h"

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mxbalance::health::testing {

namespace {

constexpr std::chrono::seconds patience{20};

/// Ciphers that need no certificate are those of TLS 1.2 and before.
std::shared_ptr<SSL_CTX> anonymous_tls() {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context || SSL_CTX_set_cipher_list(context.get(), "aNULL:@SECLEVEL=0") != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION) != 1)
    throw std::runtime_error("OpenSSL cannot be used");
  return context;
}

/// One connection, in clear or encrypted.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}

  /// False: the handshake has failed.
  bool encrypt() {
    ssl_.reset(SSL_new(anonymous_tls().get()));
    return ssl_ && SSL_set_fd(ssl_.get(), descriptor_) == 1 && SSL_accept(ssl_.get()) == 1;
  }

  /// False: the other side is gone.
  bool send(const std::string& bytes) const {
    if (ssl_) return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }

  /// Absent: the other side is gone.
  std::optional<std::string> read_line() {
    std::array<char, 512> block{};
    auto end = std::string::npos;
    while ((end = heard_.find("\r\n")) == std::string::npos) {
      const ssize_t size = ssl_ ? SSL_read(ssl_.get(), block.data(), static_cast<int>(block.size()))
                                : ::recv(descriptor_, block.data(), block.size(), 0);
      if (size <= 0) return std::nullopt;
      heard_.append(block.data(), static_cast<std::size_t>(size));
    }
    const std::string line = heard_.substr(0, end);
    heard_.erase(0, end + 2);
    return line;
  }

  /// Instead of an orderly end, once the connection is closed.
  void reset() const {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  int descriptor_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  std::string heard_;
};

bool ends_after_replies(const Channel& channel, const Script& script, Talk& talk) {
  switch (script.ending) {
    case Script::Ending::answers_quit:
    case Script::Ending::resets_at_quit:
      return false;
    case Script::Ending::resets:
      channel.reset();
      return true;
    case Script::Ending::floods:
      while (talk.flood < longest_flood && channel.send(script.replies.back()))
        talk.flood += script.replies.back().size();
      return true;
    case Script::Ending::closes:
      break;
  }
  return true;
}

}  // namespace

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, place, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, place, &size) != 0)
    throw std::runtime_error("there is no port to listen on");
  port_ = ntohs(address.sin_port);
  serving_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  serving_.join();
  ::close(listener_);
}

std::vector<Talk> ScriptedServer::await_talks(std::size_t count) {
  std::unique_lock lock(mutex_);
  is_over_.wait_for(lock, patience, [&] { return talks_.size() >= count; });
  return talks_;
}

/// One connection after the other.
void ScriptedServer::serve() {
  sockaddr_in source{};
  socklen_t size = sizeof source;
  int connection = -1;
  while ((connection = ::accept4(listener_, reinterpret_cast<sockaddr*>(&source), &size, SOCK_CLOEXEC)) >= 0) {
    const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    Talk one;
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &source.sin_addr, text.data(), text.size());
    one.source = text.data();
    hold(connection, one);
    ::close(connection);
    const std::lock_guard lock(mutex_);
    talks_.push_back(std::move(one));
    is_over_.notify_all();
  }
}

void ScriptedServer::hold(int connection, Talk& talk) const {
  Channel channel(connection);
  if (script_.tls == Script::Tls::at_once && !channel.encrypt()) return;
  auto reply = script_.replies.begin();
  for (;;) {
    if (reply != script_.replies.end() && !channel.send(*reply++)) return;
    if (reply == script_.replies.end() && ends_after_replies(channel, script_, talk)) return;
    const bool is_to_encrypt =
        script_.tls == Script::Tls::after_starttls && !talk.said.empty() && talk.said.back() == "STARTTLS";
    if (is_to_encrypt && !channel.encrypt()) return;
    const auto line = channel.read_line();
    if (!line) return;
    talk.said.push_back(*line);
    if (*line == "QUIT") break;
  }
  if (script_.ending == Script::Ending::resets_at_quit) return channel.reset();
  channel.send("221 bye\r\n");
}

}  // namespace mxbalance::health::testing
