// The conversation with PowerDNS on one connection: requests in any of the four transport forms go in, replies
// come out. No sockets. Used by one thread at a time. Each connection has its own session, and all sessions share
// a Service.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "backend/listen/conversation.h"
#include "backend/remote/open_transaction.h"
#include "backend/remote/service.h"

namespace mxbalance::remote {

class Session final : public listen::Conversation {
 public:
  /// `service` must outlive the session.
  explicit Session(Service& service) : service_(service), memory_(service.options.memory, memory_of_its_own) {}

  /// When an open transaction will be dropped; absent: none is open.
  std::optional<std::chrono::steady_clock::time_point> idle_until() const override;
  void idle_too_long() override;

  /// Whether a transaction is open that can still be committed. Its requests must not be refused because of
  /// memory.
  [[nodiscard]] bool goes_first() const override { return transaction_ && !transaction_->is_poisoned(); }

  void reply_is_gone() override { memory_.release(); }

  /// Answers one HTTP request in the REST, `post` or `post_json` form. Never throws: an error becomes a status and
  /// a sentence. PowerDNS reads 404 as "no such data", and any other status from 400 up as an error (SERVFAIL).
  listen::HttpReply http(const listen::HttpRequest& request) noexcept override;

  /// Answers one line of the Unix socket. Neither the line nor the reply has its newline. Absent: the connection
  /// must be closed without a reply, because PowerDNS sees no other error there. Never throws.
  std::optional<std::string> line(std::string_view json) noexcept override;

  /// Answers JSON requests that are read in pieces (is_read_in_pieces).
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

  /// Bytes that requests and replies may take without asking the memory budget.
  static constexpr std::size_t memory_of_its_own = std::size_t{32} << 10U;

  Service& service_;
  db::MemoryShare memory_;
  Transaction transaction_;
  std::chrono::steady_clock::time_point last_used_;
};

}  // namespace mxbalance::remote
