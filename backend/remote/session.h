// One connection's conversation with PowerDNS: requests in any of the four transport forms in, replies out. No
// sockets. One thread at a time; each connection has a session of its own, and sessions share a Service.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "backend/listen/conversation.h"
#include "backend/remote/service.h"

namespace mxbalance::remote {

class Session final : public listen::Conversation {
 public:
  /// `service` must outlive the session.
  explicit Session(Service& service) : service_(service), memory_(service.memory(), memory_of_its_own) {}

  /// When a transaction that was left open goes; absent: there is none.
  std::optional<std::chrono::steady_clock::time_point> idle_until() const override;
  void idle_too_long() override;

  /// Whether a transaction is open that can still be committed, in which nothing must be refused for want of
  /// memory.
  [[nodiscard]] bool goes_first() const override { return transaction_ && !transaction_->is_poisoned(); }

  void reply_is_gone() override { memory_.release(); }

  /// Answers one HTTP request: REST, `post` or `post_json` form. Never throws: what goes wrong is a status with a
  /// sentence. PowerDNS reads 404 as "no such data", anything else from 400 up as an error (SERVFAIL).
  listen::HttpReply http(const listen::HttpRequest& request) noexcept override;

  /// Answers one line of the Unix socket, without its newline; the reply has none either. Absent: the connection
  /// must be closed without a reply, the only error that PowerDNS sees there. Never throws.
  std::optional<std::string> line(std::string_view json) noexcept override;

  /// The same for requests in JSON that is_read_in_pieces() says so of.
  [[nodiscard]] bool reads_in_pieces(std::string_view beginning) const override;
  listen::HttpReply http_in_pieces(listen::ByteSource& json) noexcept override;
  std::optional<std::string> line_in_pieces(listen::ByteSource& json) noexcept override;

 private:
  template <class Call>
  listen::HttpReply http_reply(std::string_view request, const Call& call) noexcept;
  template <class Call>
  std::optional<std::string> line_reply(std::string_view request, const Call& call) noexcept;
  template <class Read>
  std::string call(const Read& read_request, std::size_t longest_reply);
  std::string call(listen::ByteSource& json, std::size_t longest_reply);
  void begin();

  /// What requests and replies take of memory outside of the budget, in bytes.
  static constexpr std::size_t memory_of_its_own = std::size_t{32} << 10U;

  Service& service_;
  db::MemoryShare memory_;
  Transaction transaction_;
  std::chrono::steady_clock::time_point last_used_;
};

}  // namespace mxbalance::remote
