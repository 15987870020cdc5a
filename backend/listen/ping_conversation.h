// A connection over a listener's limit: it answers what ping asks, so that a service that is full is not taken for
// a dead one, and refuses whatever else is asked. One thread at a time.
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

/// For its request, and from its connection to its last question: each place for ping is free again soon.
inline constexpr std::chrono::seconds time_of_ping{1};

inline Limits limits_of_ping(std::shared_ptr<db::MemoryBudget> memory) {
  return {.max_body = 4096, .request_time = time_of_ping, .memory = std::move(memory)};
}

class PingConversation final : public Conversation {
 public:
  /// `behind` answers ping. `refuse` is called where something else is asked, or nothing, and returns the sentence
  /// of the refusal.
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
