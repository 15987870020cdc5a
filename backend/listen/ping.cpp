#include "backend/listen/ping.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <httplib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "backend/listen/descriptor.h"

namespace mxbalance::listen {

namespace {

/// Every transport's answer to a name in no zone here. It needs the store, and is the same for all stores.
constexpr std::string_view question =
    R"({"method":"lookup","parameters":{"qtype":"SOA","qname":"ping.invalid.","zone-id":-1}})";
constexpr std::string_view expected = R"({"result":)";

std::string judgement(const std::string& name, bool is_reply, std::string_view reply) {
  if (is_reply && reply.starts_with(expected)) return "";
  return "the service on " + name + " does not answer from its store: " +
         (reply.empty() ? "it closed the connection" : std::string(reply.substr(0, 200)));
}

std::string failure(const std::string& name, int error) {
  if (error == EAGAIN) return "the service on " + name + " does not answer in time";
  return "the service on " + name + " cannot be asked: " + std::system_category().message(error);
}

bool connect_to(const Descriptor& socket, const std::string& path, std::chrono::milliseconds patience) {
  timeval time{.tv_sec = patience.count() / 1000, .tv_usec = (patience.count() % 1000) * 1000};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

std::string ping_unix(const std::string& path, std::chrono::milliseconds patience) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open() || !connect_to(socket, path, patience)) return failure(path, errno);
  const std::string line = std::string(question) + '\n';
  if (::send(socket.number(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return failure(path, errno);
  std::string reply;
  std::array<char, 4096> buffer{};
  while (reply.size() < buffer.size() && reply.find('\n') == std::string::npos) {
    const auto count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (count < 0) return failure(path, errno);
    if (count == 0) break;
    reply.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return judgement(path, true, reply);
}

std::string ping_http(const HttpAddress& address, std::chrono::milliseconds patience) {
  const std::string name = address.host + " port " + std::to_string(address.port);
  httplib::Client client(address.host, address.port);
  client.set_connection_timeout(patience);
  client.set_read_timeout(patience);
  const auto reply = client.Post("/dns", question.data(), question.size(), "text/javascript");
  if (!reply) {
    return "the service on " + name + " cannot be asked: " + httplib::to_string(reply.error());
  }
  return judgement(name, reply->status == 200, reply->body);
}

}  // namespace mxbalance::listen
