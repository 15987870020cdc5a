// The conversation of a connection above the listener's limit. It answers the questions of ping, so that a full
// service is not reported as dead. It refuses all other requests. Used by one thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backend/listen/conversation.h"
#include "backend/sockets/limits.h"

namespace mxbalance::listen {

/// The time limit of a request, and of all questions of a connection. So each place for ping is soon free again.
inline constexpr std::chrono::seconds time_of_ping{1};

inline Limits limits_of_ping(std::shared_ptr<db::MemoryBudget> memory) {
  return {.max_body = 4096, .request_time = time_of_ping, .memory = std::move(memory)};
}

class PingConversation final : public Conversation {
 public:
  /// `behind` answers the questions of ping. `refuse` is called when another request arrives, or none, and returns
  /// the sentence of the refusal.
  PingConversation(std::unique_ptr<Conversation> behind, std::function<std::string()> refuse)
      : behind_(std::move(behind)),
        refuse_(std::move(refuse)),
        until_(std::chrono::steady_clock::now() + time_of_ping) {}

  std::optional<std::chrono::steady_clock::time_point> idle_until() const override { return until_; }
  void idle_too_long() override;
  bool is_over() const override { return is_over_; }
  void reply_is_gone() override { behind_->reply_is_gone(); }
  HttpReply http(const HttpRequest& request) override;
  std::optional<std::string> line(std::string_view json) override;

 private:
  bool answers(std::string_view request);

  std::unique_ptr<Conversation> behind_;
  std::function<std::string()> refuse_;
  std::chrono::steady_clock::time_point until_;
  int answered_ = 0;
  bool is_over_ = false;
};

}  // namespace mxbalance::listen
