// What the listener's tests share: a client's side of a connection, a conversation that follows a script, a log
// that can be read, and a directory for sockets.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "backend/listen/conversation.h"
#include "backend/listen/listener.h"
#include "backend/sockets/descriptor.h"

namespace mxbalance::listen::testing {

inline constexpr std::chrono::seconds patience{20};

/// Waits for a condition that other threads bring about.
inline bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

/// What all threads of this process have used so far.
inline std::chrono::nanoseconds processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = "/tmp/mxbalance-listen-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Reply {
  int status = 0;
  std::string header;
  std::string body;

  [[nodiscard]] bool closes() const { return header.find("Connection: close\r\n") != std::string::npos; }
};

/// A client's side of a connection. Reads fail the test instead of waiting for ever.
class Peer {
 public:
  static Peer over_tcp(std::uint16_t port) {
    Peer peer(AF_INET);
    peer.connect_tcp(port);
    return peer;
  }

  static Peer over_unix(const std::string& path) {
    Peer peer(AF_UNIX);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    peer.connect(address);
    return peer;
  }

  explicit Peer(int family) : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

  void connect_tcp(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connect(address);
  }

  /// False: the other side is gone.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto size = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

  void end_sending() const { ::shutdown(socket_.number(), SHUT_WR); }

  /// Everything up to `delimiter`, without it; absent if the connection ended first.
  std::optional<std::string> read_until(std::string_view delimiter) {
    for (;;) {
      const auto found = buffer_.find(delimiter);
      if (found != std::string::npos) {
        auto text = buffer_.substr(0, found);
        buffer_.erase(0, found + delimiter.size());
        return text;
      }
      if (!fill()) return std::nullopt;
    }
  }

  std::optional<Reply> read_reply(bool has_body = true) {
    const auto head = read_until("\r\n\r\n");
    if (!head) return std::nullopt;
    Reply reply;
    reply.status = std::stoi(head->substr(head->find(' ') + 1));
    reply.header = head->substr(head->find("\r\n") + 2) + "\r\n";
    const auto field = reply.header.find("Content-Length: ");
    if (field == std::string::npos || !has_body) return reply;
    const auto length = std::stoul(reply.header.substr(field + 16));
    while (buffer_.size() < length) {
      if (!fill()) return std::nullopt;
    }
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return reply;
  }

  std::optional<Reply> ask(std::string_view request) { return send(request) ? read_reply() : std::nullopt; }

  std::optional<std::string> ask_line(std::string_view line) {
    return send(std::string(line) + "\n") ? read_until("\n") : std::nullopt;
  }

  /// Whether the other side has closed, with nothing more to read.
  bool is_closed() { return buffer_.empty() && !fill(); }

  /// Whether nothing comes, and no end, for `time`.
  [[nodiscard]] bool is_silent_for(std::chrono::milliseconds time) const {
    pollfd entry{socket_.number(), POLLIN, 0};
    return buffer_.empty() && ::poll(&entry, 1, static_cast<int>(time.count())) == 0;
  }

  [[nodiscard]] int number() const { return socket_.number(); }

 private:
  template <typename Address>
  void connect(const Address& address) {
    if (::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::system_error(errno, std::system_category(), "connect");
    }
  }

  bool fill() {
    pollfd entry{socket_.number(), POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) == 0) {
      ADD_FAILURE() << "nothing came, and no end of the connection";
      return false;
    }
    char block[16'384];
    const auto size = ::recv(socket_.number(), block, sizeof block, 0);
    if (size <= 0) return false;
    buffer_.append(block, static_cast<std::size_t>(size));
    return true;
  }

  Descriptor socket_;
  std::string buffer_;
};

/// What conversations answer. Set it before the first connection.
struct Script {
  /// By default everything that came, in one line.
  std::function<HttpReply(const HttpRequest&)> http = [](const HttpRequest& request) {
    std::string text;
    for (const auto part : {request.verb, request.target, request.content_type, request.zone_id, request.body}) {
      text.append(part).append("|");
    }
    return HttpReply{200, text};
  };
  std::function<std::optional<std::string>(std::string_view)> line = [](std::string_view json) {
    return std::optional("<" + std::string(json) + ">");
  };
  /// What begins so is read in pieces; empty: nothing is.
  std::string long_beginning;
  /// By default the size of all that came, and its end.
  std::function<std::string(ByteSource&)> in_pieces = [](ByteSource& json) {
    std::size_t size = 0;
    std::string end;
    for (auto bytes = json.next(); !bytes.empty(); bytes = json.next()) {
      size += bytes.size();
      end = bytes.substr(bytes.size() - std::min<std::size_t>(bytes.size(), 3));
    }
    return std::to_string(size) + " bytes to " + end;
  };
  bool is_over = false;  ///< after the first reply
};

class ScriptedConversation final : public Conversation {
 public:
  explicit ScriptedConversation(std::shared_ptr<const Script> script) : script_(std::move(script)) {}
  HttpReply http(const HttpRequest& request) override { return script_->http(request); }
  std::optional<std::string> line(std::string_view json) override { return script_->line(json); }
  [[nodiscard]] bool is_over() const override { return script_->is_over; }
  [[nodiscard]] bool reads_in_pieces(std::string_view beginning) const override {
    return !script_->long_beginning.empty() && beginning.starts_with(script_->long_beginning);
  }
  HttpReply http_in_pieces(ByteSource& json) override { return {200, script_->in_pieces(json)}; }
  std::optional<std::string> line_in_pieces(ByteSource& json) override { return script_->in_pieces(json); }

 private:
  std::shared_ptr<const Script> script_;
};

/// A logger whose lines can be read while others write.
class CapturedLog {
 public:
  CapturedLog() : logger_(std::make_shared<spdlog::logger>("test", std::make_shared<Sink>(*this))) {}
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog() = default;

  [[nodiscard]] std::shared_ptr<spdlog::logger> logger() const { return logger_; }

  [[nodiscard]] std::size_t count(std::string_view part) {
    const std::lock_guard lock(mutex_);
    std::size_t found = 0;
    for (const auto& line : lines_)
      found += line.find(part) != std::string::npos ? 1U : 0U;
    return found;
  }

 private:
  class Sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
   public:
    explicit Sink(CapturedLog& log) : log_(log) {}

   private:
    void sink_it_(const spdlog::details::log_msg& message) override {
      const std::lock_guard lock(log_.mutex_);
      const auto level = spdlog::level::to_string_view(message.level);
      log_.lines_.push_back(std::string(level.data(), level.size()) + " " +
                            std::string(message.payload.data(), message.payload.size()));
    }
    void flush_() override {}

    CapturedLog& log_;
  };

  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// A listener on a free port and on a socket in a directory of its own.
class ListenTest : public ::testing::Test {
 protected:
  void start() {
    std::vector<Endpoint> endpoints;
    endpoints.push_back(Endpoint::http({"127.0.0.1", 0}));
    port = endpoints.back().port();
    endpoints.push_back(Endpoint::unix_socket(path));
    const std::shared_ptr<const Script> frozen = std::make_shared<Script>(script);
    listener = std::make_unique<Listener>(
        std::move(endpoints), [frozen] { return std::make_unique<ScriptedConversation>(frozen); }, options,
        log.logger());
  }

  Peer http_peer() const { return Peer::over_tcp(port); }
  Peer unix_peer() const { return Peer::over_unix(path); }

  TemporaryDirectory directory;
  const std::string path = directory.file("pdns.sock");
  std::uint16_t port = 0;
  Script script;
  ListenerOptions options;
  CapturedLog log;
  std::unique_ptr<Listener> listener;
};

}  // namespace mxbalance::listen::testing
