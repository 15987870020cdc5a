#include "backend/listen/http_connection.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "backend/listen/awaiting.h"
#include "backend/listen/http_framing.h"
#include "backend/listen/http_reply.h"
#include "backend/listen/pieces.h"

namespace mxbalance::listen {

namespace {

struct Reply {
  HttpReply content;
  bool closes = false;  ///< the connection is closed after it
};

Reply as_reply(const Refusal& refusal) {
  return {{refusal.status, error_body(refusal.sentence)}, refusal.closes};
}

bool is_answered_verb(std::string_view verb) {
  constexpr std::array<std::string_view, 5> verbs{"GET", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

Trouble trouble_of(int status) {
  if (status == 408) return Trouble::slow_request;
  return status == 413 || status == 431 ? Trouble::oversized_request : Trouble::broken_request;
}

class HttpConnection {
 public:
  HttpConnection(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                 TroubleLog& troubles)
      : stream_(stream), conversation_(conversation), limits_(limits), troubles_(troubles) {}

  /// Serves one request. Returns false when the connection must be closed.
  bool serve_request() {
    const auto [outcome, text] = stream_.read_until("\r\n\r\n", max_request_head);
    if (outcome == ReadOutcome::closed) return false;
    if (outcome != ReadOutcome::complete) {
      return send(refuse(unfinished_request(outcome, 431, max_request_head)), {});
    }
    auto parsed = parse_head(text);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) return send(refuse(*refusal), {});
    const auto& head = std::get<RequestHead>(parsed);
    auto reply = answer(head);
    reply.closes |= head.closes || stream_.is_stopping() || conversation_.is_over();
    return send(reply, head);
  }

 private:
  Reply answer(const RequestHead& head) {
    if (head.waits_for_body) {
      if (head.body_length > limits_.max_body()) return refuse(body_too_large(limits_.max_body(), true));
      if (!stream_.send("HTTP/1.1 100 Continue\r\n\r\n"))
        return refuse(unfinished_request(ReadOutcome::closed, 400, 0));
    }
    if (is_for_pieces(head)) return answer_in_pieces(head);
    const auto body = read_body(stream_, head, limits_.max_body());
    if (const auto* refusal = std::get_if<Refusal>(&body)) return refuse(*refusal);
    if (!is_answered_verb(head.verb)) {
      return as_reply({405, "Only GET, POST, PUT, PATCH and DELETE are answered here.", false});
    }
    const HttpRequest request{head.verb, head.target, head.content_type, std::get<std::string>(body),
                              head.zone_id};
    return {converse([&] { return conversation_.http(request); }), false};
  }

  bool is_for_pieces(const RequestHead& head) {
    const bool is_json =
        head.content_type.starts_with("text/javascript") || head.content_type.starts_with("application/json");
    if (head.verb != "POST" || !is_json || head.is_chunked) return false;
    if (head.body_length <= input_of_its_own / 2 || head.body_length > max_piecemeal) return false;
    // A body too long to be dropped is refused before it arrives, unless its beginning shows that it is read in
    // pieces.
    if (head.body_length > drained_bodies * limits_.max_body() && !stream_.has_more()) return false;
    return conversation_.reads_in_pieces(stream_.peek().bytes);
  }

  Reply answer_in_pieces(const RequestHead& head) {
    BodyPieces pieces(stream_, static_cast<std::size_t>(head.body_length));
    auto reply = converse([&] { return conversation_.http_in_pieces(pieces); });
    if (pieces.outcome() != ReadOutcome::complete) return as_reply(unfinished_request(pieces.outcome(), 413, 0));
    return {std::move(reply), !pieces.is_at_end()};
  }

  template <typename Converse>
  HttpReply converse(const Converse& work) {
    try {
      return work();
    } catch (const std::exception& failure) {
      troubles_.report(Trouble::failed_conversation, fmt::format("An HTTP request failed: {}", failure.what()));
      return {500, error_body("The request failed; the log of this service says why.")};
    }
  }

  Reply refuse(const Refusal& refusal) {
    if (refusal.status == 503) return as_reply(refusal);  // the memory budget logs its shortage itself
    troubles_.report(trouble_of(refusal.status),
                     fmt::format("An HTTP request was refused with {}: {}", refusal.status, refusal.sentence));
    return as_reply(refusal);
  }

  /// `head` is that of the request; of an unread one, an empty one.
  bool send(const Reply& reply, const RequestHead& head) {
    const std::string_view connection = reply.closes ? "close" : head.is_http_1_0 ? "keep-alive" : "";
    const std::string& body = reply.content.body;
    const bool is_sent = stream_.send(reply_head(reply.content.status, body.size(), connection),
                                      head.verb == "HEAD" ? std::string_view() : body);
    if (is_sent && reply.closes) stream_.linger();
    return is_sent && !reply.closes;
  }

  SocketStream& stream_;
  Conversation& conversation_;
  const CurrentLimits& limits_;
  TroubleLog& troubles_;
};

}  // namespace

void serve_http(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                TroubleLog& troubles) {
  HttpConnection connection(stream, conversation, limits, troubles);
  while (await_request(stream, conversation) && connection.serve_request())
    conversation.reply_is_gone();
}

}  // namespace mxbalance::listen
