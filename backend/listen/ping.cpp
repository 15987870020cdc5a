#include "backend/listen/ping.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "backend/sockets/descriptor.h"

namespace mxbalance::listen {

namespace {

/// A lookup of a name in no zone. Its answer is the same in every transport and for every store, and needs the
/// store.
constexpr std::string_view question =
    R"({"method":"lookup","parameters":{"qtype":"SOA","qname":"ping.invalid.","zone-id":-1}})";
constexpr std::string_view expected = R"({"result":)";

constexpr std::string_view probing_question = R"({"method":"directBackendCmd","parameters":{"query":"probing"}})";

Pong judgement(const std::string& name, bool is_reply, std::string_view reply) {
  if (is_reply && reply.starts_with(expected)) return {};
  return {.problem = fmt::format("the service on {} does not answer from its store: {}", name,
                                 reply.empty() ? "it closed the connection" : reply.substr(0, 200)),
          .probing = {}};
}

Pong unasked(const std::string& name, const std::string& reason) {
  return {.problem = fmt::format("the service on {} cannot be asked: {}", name, reason), .probing = {}};
}

Pong failure(const std::string& name, int error) {
  if (error == EAGAIN)
    return {.problem = fmt::format("the service on {} does not answer in time", name), .probing = {}};
  return unasked(name, std::system_category().message(error));
}

/// The sentence in the reply to the second question. Empty when the service does not know the question; it then
/// lists its commands.
std::string sentence_of(std::string_view reply) {
  constexpr std::string_view begin = R"({"result":")";
  const auto end = reply.rfind("\"}");
  if (!reply.starts_with(begin) || end == std::string_view::npos || end < begin.size()) return "";
  const auto sentence = reply.substr(begin.size(), end - begin.size());
  return sentence.find("mxbalance understands") == std::string_view::npos ? std::string(sentence) : "";
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

/// The reply to one line, at most 4 KiB. Empty: the connection was closed. Absent: errno says why.
std::optional<std::string> ask(const Descriptor& socket, std::string_view text) {
  const std::string line = std::string(text) + '\n';
  if (::send(socket.number(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return std::nullopt;
  std::string reply;
  std::array<char, 4096> buffer{};
  while (reply.size() < buffer.size() && reply.find('\n') == std::string::npos) {
    const auto count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    reply.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return reply;
}

}  // namespace

bool is_of_ping(std::string_view request) {
  return request == question || request == probing_question;
}

Pong ping_unix(const std::string& path, std::chrono::milliseconds patience) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open() || !connect_to(socket, path, patience)) return failure(path, errno);
  const auto reply = ask(socket, question);
  if (!reply) return failure(path, errno);
  Pong pong = judgement(path, true, *reply);
  if (pong.problem.empty()) pong.probing = sentence_of(ask(socket, probing_question).value_or(""));
  return pong;
}

Pong ping_http(const HttpAddress& address, std::chrono::milliseconds patience) {
  const std::string name = fmt::format("{} port {}", address.host, address.port);
  httplib::Client client(address.host, address.port);
  client.set_connection_timeout(patience);
  client.set_read_timeout(patience);
  const auto reply = client.Post("/dns", question.data(), question.size(), "text/javascript");
  if (!reply) return unasked(name, httplib::to_string(reply.error()));
  Pong pong = judgement(name, reply->status == 200, reply->body);
  if (!pong.problem.empty()) return pong;
  const auto probing = client.Post("/dns", probing_question.data(), probing_question.size(), "text/javascript");
  if (probing && probing->status == 200) pong.probing = sentence_of(probing->body);
  return pong;
}

}  // namespace mxbalance::listen
