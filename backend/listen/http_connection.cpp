#include "backend/listen/http_connection.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>
#include <variant>

#include "backend/listen/awaiting.h"
#include "backend/listen/http_exchange.h"
#include "backend/listen/http_framing.h"
#include "backend/listen/pieces.h"

namespace mxbalance::listen {

namespace {

HttpExchange::Reply as_reply(const Refusal& refusal) {
  return {{refusal.status, error_body(refusal.sentence)}, refusal.closes};
}

bool is_answered_verb(std::string_view verb) {
  constexpr std::array<std::string_view, 5> verbs{"GET", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

HttpExchange::Kind kind_of(const RequestHead& head) {
  if (head.verb == "HEAD") return HttpExchange::Kind::http_1_1_head;
  return head.is_http_1_0 ? HttpExchange::Kind::http_1_0 : HttpExchange::Kind::http_1_1;
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
      return refuse_unread(unfinished_request(outcome, 431, max_request_head));
    }
    auto parsed = parse_head(text);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) return refuse_unread(*refusal);
    const auto& head = std::get<RequestHead>(parsed);
    return send(exchange_.run(kind_of(head), head.fields, [&](const HttpFields& fields, std::string_view interim) {
      auto reply = answer(head, fields, interim);
      reply.closes |= fields.asks_to_close || (head.is_http_1_0 && !fields.asks_to_stay) ||
                      stream_.is_stopping() || conversation_.is_over();
      return reply;
    }));
  }

 private:
  HttpExchange::Reply answer(const RequestHead& head, const HttpFields& fields, std::string_view interim) {
    if (!interim.empty()) {
      if (head.body_length > limits_.max_body()) return refuse(body_too_large(limits_.max_body(), true));
      if (!stream_.send(interim)) return refuse(unfinished_request(ReadOutcome::closed, 400, 0));
    }
    if (is_for_pieces(head, fields)) return answer_in_pieces(head);
    const auto body = read_body(stream_, head, limits_.max_body());
    if (const auto* refusal = std::get_if<Refusal>(&body)) return refuse(*refusal);
    if (!is_answered_verb(head.verb)) {
      return as_reply({405, "Only GET, POST, PUT, PATCH and DELETE are answered here.", false});
    }
    const HttpRequest request{head.verb, head.target, fields.content_type, std::get<std::string>(body),
                              fields.zone_id};
    return {converse([&] { return conversation_.http(request); }), false};
  }

  bool is_for_pieces(const RequestHead& head, const HttpFields& fields) {
    const bool is_json =
        fields.content_type.starts_with("text/javascript") || fields.content_type.starts_with("application/json");
    if (head.verb != "POST" || !is_json || head.is_chunked) return false;
    if (head.body_length <= input_of_its_own / 2 || head.body_length > max_piecemeal) return false;
    // A body too long to be dropped is refused before it arrives, unless its beginning shows that it is read in
    // pieces.
    if (head.body_length > drained_bodies * limits_.max_body() && !stream_.has_more()) return false;
    return conversation_.reads_in_pieces(stream_.peek().bytes);
  }

  HttpExchange::Reply answer_in_pieces(const RequestHead& head) {
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
      troubles_.report(Trouble::failed_conversation, std::string("An HTTP request failed: ") + failure.what());
      return {500, error_body("The request failed; the log of this service says why.")};
    }
  }

  HttpExchange::Reply refuse(const Refusal& refusal) {
    if (refusal.status == 503) return as_reply(refusal);  // the memory budget logs its shortage itself
    troubles_.report(trouble_of(refusal.status), "An HTTP request was refused with " +
                                                     std::to_string(refusal.status) + ": " + refusal.sentence);
    return as_reply(refusal);
  }

  bool refuse_unread(const Refusal& refusal) {
    auto reply = refuse(refusal);
    return send(exchange_.run(HttpExchange::Kind::http_1_1, {}, [&](const auto&, auto) { return reply; }));
  }

  bool send(const HttpExchange::Result& result) {
    const bool is_sent = stream_.send(result.head, result.body);
    if (is_sent && result.closes) stream_.linger();
    return is_sent && !result.closes;
  }

  SocketStream& stream_;
  Conversation& conversation_;
  const CurrentLimits& limits_;
  TroubleLog& troubles_;
  HttpExchange exchange_;
};

}  // namespace

void serve_http(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                TroubleLog& troubles) {
  HttpConnection connection(stream, conversation, limits, troubles);
  while (await_request(stream, conversation) && connection.serve_request())
    conversation.reply_is_gone();
}

std::string error_body(std::string_view sentence) {
  return std::string(R"({"error":")").append(sentence).append("\"}");
}

std::string http_refusal(int status, std::string_view sentence) {
  const auto refusal = HttpExchange().run(HttpExchange::Kind::http_1_1, {}, [&](const auto&, auto) {
    return as_reply({status, std::string(sentence)});
  });
  return refusal.head + refusal.body;
}

}  // namespace mxbalance::listen
