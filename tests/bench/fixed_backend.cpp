// A backend with fixed answers: the first reply to each request is mxbalance's own, and every later one the same
// bytes again. What it saves is what a store that turns costs. Usage: fixed_backend DATABASE HTTP-ADDRESS SOCKET
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>

#include "backend/listen/listener.h"
#include "backend/remote/service.h"
#include "backend/remote/session.h"
#include "db/store/database.h"

namespace mxbalance {
namespace {

/// Any thread.
class Replies {
 public:
  std::optional<std::string> find(const std::string& request) {
    const std::shared_lock lock(mutex_);
    const auto known = replies_.find(request);
    return known == replies_.end() ? std::nullopt : std::optional(known->second);
  }

  std::string keep(const std::string& request, std::string reply) {
    const std::unique_lock lock(mutex_);
    return replies_.emplace(request, std::move(reply)).first->second;
  }

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::string> replies_;
};

class FixedConversation final : public listen::Conversation {
 public:
  FixedConversation(remote::Service& service, Replies& replies) : session_(service), replies_(replies) {}

  listen::HttpReply http(const listen::HttpRequest& request) override {
    const std::string key = std::string(request.target) + ' ' + std::string(request.body);
    if (auto known = replies_.find(key)) return {200, *known};
    auto reply = session_.http(request);
    if (reply.status == 200) reply.body = replies_.keep(key, reply.body);
    return reply;
  }

  std::optional<std::string> line(std::string_view json) override {
    const std::string key(json);
    if (auto known = replies_.find(key)) return known;
    const auto reply = session_.line(json);
    return reply ? std::optional(replies_.keep(key, *reply)) : std::nullopt;
  }

 private:
  remote::Session session_;
  Replies& replies_;
};

void serve(const std::string& path, const std::string& address, const std::string& socket) {
  sigset_t end{};
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);
  db::Database database({.path = path});
  const db::HealthReports reports;
  const auto log = std::make_shared<spdlog::logger>("fixed", std::make_shared<spdlog::sinks::null_sink_mt>());
  remote::Service service(database, reports, 1, log, {});
  Replies replies;
  std::vector<listen::Endpoint> endpoints;
  endpoints.push_back(listen::Endpoint::http(listen::parse_http_address(address)));
  endpoints.push_back(listen::Endpoint::unix_socket(socket));
  for (const auto& endpoint : endpoints)
    std::cerr << "listening on " << endpoint.name() << '\n';
  listen::Listener listener(
      std::move(endpoints), [&] { return std::make_unique<FixedConversation>(service, replies); }, {}, log);
  std::cerr << "now serving " << path << std::endl;
  int signal = 0;
  sigwait(&end, &signal);
  listener.stop(std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace mxbalance

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  try {
    if (arguments.size() != 4) throw std::invalid_argument("usage: fixed_backend DATABASE HTTP-ADDRESS SOCKET");
    mxbalance::serve(arguments[1], arguments[2], arguments[3]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "fixed_backend: " << error.what() << '\n';
    return 1;
  }
}
