// A connection over a listener's limit: it answers what ping asks, so that a service that is full is not taken for
// a dead one, and refuses whatever else is asked. One thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/listen/conversation.h"
#include "backend/listen/limits.h"

namespace mxbalance::listen {

/// Each place for ping is free again soon.
inline constexpr Limits limits_of_ping{.max_body = 4096, .request_time = std::chrono::seconds(1)};

class PingConversation final : public Conversation {
 public:
  /// `behind` answers ping. `refuse` is called where something else is asked, or nothing, and returns the sentence
  /// of the refusal.
  PingConversation(std::unique_ptr<Conversation> behind, std::function<std::string()> refuse)
      : behind_(std::move(behind)),
        refuse_(std::move(refuse)),
        until_(std::chrono::steady_clock::now() + limits_of_ping.request_time) {}

  std::optional<std::chrono::steady_clock::time_point> idle_until() const override { return until_; }
  void idle_too_long() override;
  bool is_over() const override { return is_over_; }
  remote::HttpReply http(const remote::HttpRequest& request) override;
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
