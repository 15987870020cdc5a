// All bytes that a client sends on one connection before it ends its side.
#include <optional>

#include <spdlog/logger.h>
#include <sys/socket.h>

#include "backend/listen/http_connection.h"
#include "backend/sockets/descriptor.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

namespace {

const listen::CurrentLimits limits({.max_body = 256, .request_time = std::chrono::seconds(5)});

/// Counts the requests, and holds each to what the listener promises.
class Counter final : public listen::Conversation {
 public:
  listen::HttpReply http(const listen::HttpRequest& request) override {
    const auto is_control = [](char c) { return (c >= '\0' && c <= ' ') || c == '\x7f'; };
    fuzz::require(request.body.size() <= limits.max_body(), "a body over the limit");
    fuzz::require(std::none_of(request.target.begin(), request.target.end(), is_control), "blanks in a target");
    ++requests;
    return {200, "{}"};
  }
  std::optional<std::string> line(std::string_view /*json*/) override { return std::nullopt; }

  std::size_t requests = 0;
};

/// What `serve_http` sends to a client that sent `sent` in pieces of `size` bytes. Messages of SOCK_SEQPACKET are
/// read one by one, as pieces of a stream are that arrive late.
std::string served(std::string_view sent, std::size_t size, Counter& counter) {
  std::array<int, 2> sockets{};
  fuzz::require(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets.data()) == 0, "no sockets");
  const listen::Descriptor client(sockets[0]);
  const listen::Descriptor server(sockets[1]);
  for (; !sent.empty(); sent.remove_prefix(std::min(size, sent.size())))
    fuzz::require(::send(client.number(), sent.data(), std::min(size, sent.size()), 0) > 0, "nothing can be sent");
  ::shutdown(client.number(), SHUT_WR);
  static listen::StopSignal stop;
  static listen::TroubleLog troubles(std::make_shared<spdlog::logger>("silent"));
  listen::SocketStream stream(server.number(), stop, limits);
  listen::serve_http(stream, counter, limits, troubles);
  ::shutdown(server.number(), SHUT_WR);
  std::string replies;
  std::array<char, 4096> block{};
  for (ssize_t read = 0; (read = ::recv(client.number(), block.data(), block.size(), 0)) > 0;)
    replies.append(block.data(), static_cast<std::size_t>(read));
  return replies;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string sent = fuzz::text_of_input(bytes, size);
  Counter counter;
  const std::string replies = served(sent, sent.size(), counter);
  fuzz::require(count(replies, "HTTP/1.1 200 OK\r\n") == counter.requests, "not one reply for each request",
                {replies});
  fuzz::require(replies.empty() || replies.starts_with("HTTP/1.1 "), "no HTTP", {replies});
  fuzz::require(served(sent, size / 16 + 1, counter) == replies, "pieces make a difference", {replies});
  return 0;
}
