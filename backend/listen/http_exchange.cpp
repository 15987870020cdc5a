#include "backend/listen/http_exchange.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <strings.h>

namespace mxbalance::listen {

namespace {

/// Whether a Connection field lists `option` (RFC 9110 §7.6.1).
bool has_connection_option(const httplib::Request& request, std::string_view option) {
  const auto [first, last] = request.headers.equal_range("Connection");
  return std::any_of(first, last, [&](const auto& field) {
    std::string_view rest = field.second;
    while (!rest.empty()) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t,"), rest.size()));
      const auto word = rest.substr(0, rest.find_first_of(" \t,"));
      if (word.size() == option.size() && ::strncasecmp(word.data(), option.data(), option.size()) == 0)
        return true;
      rest.remove_prefix(word.size());
    }
    return false;
  });
}

/// PowerDNS does not support partial or compressed replies.
void ignore_reply_variants(httplib::Request& request) {
  request.ranges.clear();
  request.headers.erase("Accept-Encoding");
}

}  // namespace

void ExchangeMemory::restart(std::string head) {
  head_ = std::move(head);
  read_ = 0;
  written_.clear();
}

std::string ExchangeMemory::take_written() {
  return std::exchange(written_, {});
}

ssize_t ExchangeMemory::read(char* bytes, size_t size) {
  const auto part = std::string_view(head_).substr(read_, size);
  std::memcpy(bytes, part.data(), part.size());
  read_ += part.size();
  return static_cast<ssize_t>(part.size());
}

ssize_t ExchangeMemory::write(const char* bytes, size_t size) {
  written_.append(bytes, size);
  return static_cast<ssize_t>(size);
}

// The pre-routing handler takes every request. httplib's routes would match the path with a regular expression,
// and its reading of bodies is not used.
HttpExchange::HttpExchange() {
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    reply_to(request, response);
    return HandlerResponse::Handled;
  });
  set_error_handler(Handler([this](const httplib::Request& /*request*/, httplib::Response& response) {
    if (is_answered_) return;
    // httplib has refused the request, for example for a Range that it cannot read.
    response.set_content(R"({"error":"A header of the request cannot be read."})", "application/json");
  }));
  set_post_routing_handler(
      [this](const httplib::Request& /*request*/, httplib::Response& response) { finish(response); });
}

HttpExchange::Result HttpExchange::run(Kind kind, std::string_view fields, const Answer& answer) {
  kind_ = kind;
  answer_ = &answer;
  is_answered_ = false;
  body_.clear();
  closes_ = true;
  // The request line is a fixed one: httplib would refuse verbs that it does not know and a target with two '?'.
  std::string head = kind == Kind::http_1_1_head ? "HEAD / HTTP/1.1\r\n" : "GET / HTTP/1.1\r\n";
  head.append(fields).append(fields.empty() ? "\r\n" : "\r\n\r\n");
  memory_.restart(std::move(head));
  bool is_closed_by_httplib = false;  // httplib knows only two spellings of the Connection field
  process_request(memory_, false, is_closed_by_httplib, ignore_reply_variants);
  return {memory_.take_written(), std::move(body_), closes_};
}

void HttpExchange::reply_to(const httplib::Request& request, httplib::Response& response) {
  HttpFields fields;
  fields.content_type = request.get_header_value("Content-Type");
  fields.zone_id = request.get_header_value("X-RemoteBackend-Zone-Id");
  fields.asks_to_close = has_connection_option(request, "close");
  fields.asks_to_stay = has_connection_option(request, "keep-alive");
  auto reply = (*answer_)(fields, memory_.take_written());
  response.status = reply.content.status;
  // Set here, because httplib would copy the body to put it behind the header.
  response.set_header("Content-Length", std::to_string(reply.content.body.size()));
  if (kind_ != Kind::http_1_1_head) body_ = std::move(reply.content.body);
  response.set_header("Content-Type", "application/json");
  closes_ = reply.closes;
  is_answered_ = true;
}

void HttpExchange::finish(httplib::Response& response) const {
  response.headers.erase("Keep-Alive");  // it would name a timeout and a count, and there are none
  response.headers.erase("Connection");
  if (closes_) {
    response.set_header("Connection", "close");
  } else if (kind_ == Kind::http_1_0) {
    response.set_header("Connection", "keep-alive");
  }
  if (response.status == 405) response.set_header("Allow", "GET, POST, PUT, PATCH, DELETE");  // RFC 9110 §15.5.6
}

}  // namespace mxbalance::listen
