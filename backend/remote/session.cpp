#include "backend/remote/session.h"

#include <exception>

#include "backend/protocol/long_request.h"
#include "backend/protocol/request.h"
#include "backend/remote/http_forms.h"
#include "backend/remote/methods.h"
#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

/// The most bytes of a reply that PowerDNS's HTTP client reads.
constexpr std::size_t longest_http_reply = 2'097'152;

/// Logged in place of the beginning of such a request.
constexpr std::string_view long_request = "a request that was read in pieces";

/// A JSON reply with the problem. The sentence may quote any bytes of the request, so it is made printable.
listen::HttpReply error_reply(int status, std::string_view problem) {
  const auto sentence =
      nlohmann::json(db::printable(problem)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return {status, "{\"result\":false,\"error\":" + sentence + '}'};
}

}  // namespace

void Session::begin() {
  last_used_ = std::chrono::steady_clock::now();
  memory_.release();
  memory_.set_free(goes_first() ? OpenTransaction::memory_for_requests : memory_of_its_own);
}

/// Reads a request and answers it. An unreadable request may have been a write, so it prevents the commit of the
/// open transaction.
template <class Read>
std::string Session::call(const Read& read_request, std::size_t longest_reply) {
  begin();
  Request request;
  try {
    request = read_request();
  } catch (const std::runtime_error& problem) {
    const bool is_unread = dynamic_cast<const BadRequest*>(&problem) != nullptr ||
                           dynamic_cast<const db::MemoryShortage*>(&problem) != nullptr;
    if (transaction_ && is_unread) transaction_->poison(problem.what());
    throw;
  }
  ReplyRoom room(memory_, longest_reply);
  return answer_request(service_, request, transaction_, room);
}

std::string Session::call(listen::ByteSource& json, std::size_t longest_reply) {
  begin();
  ReplyRoom room(memory_, longest_reply);
  return answer_request(service_, json, transaction_, room);
}

std::optional<std::chrono::steady_clock::time_point> Session::idle_until() const {
  if (!transaction_) return std::nullopt;
  return last_used_ + OpenTransaction::longest_pause;
}

bool Session::reads_in_pieces(std::string_view beginning) const {
  return is_read_in_pieces(beginning);
}

void Session::idle_too_long() {
  expire(service_, transaction_);
}

template <class Call>
listen::HttpReply Session::http_reply(std::string_view request, const Call& call) noexcept {
  try {
    return {200, call()};
  } catch (const BadRequest& error) {
    note_refusal(service_, error.what(), request);
    return error_reply(400, error.what());
  } catch (const UnknownMethod& error) {
    note_refusal(service_, error.what(), request);
    return error_reply(404, error.what());
  } catch (const db::Refusal& error) {
    note_refusal(service_, error.what(), request);
    return error_reply(400, error.what());
  } catch (const WriteRefused& error) {  // the service has logged it
    return error_reply(400, error.what());
  } catch (const MethodFailure& error) {  // the service has logged it
    return error_reply(500, error.what());
  } catch (const db::MemoryShortage& error) {  // the memory budget has logged it, once for many
    return error_reply(503, error.what());
  } catch (const std::exception& error) {
    note_refusal(service_, error.what(), request);
    return error_reply(500, error.what());
  }
}

template <class Call>
std::optional<std::string> Session::line_reply(std::string_view request, const Call& call) noexcept {
  try {
    return call();
  } catch (const UnknownMethod& error) {
    note_refusal(service_, error.what(), request);
    return "{\"result\":false}";
  } catch (const WriteRefused&) {        // the service has logged it
  } catch (const MethodFailure&) {       // the service has logged it
  } catch (const db::MemoryShortage&) {  // the memory budget has logged it, once for many
  } catch (const std::exception& error) {
    note_refusal(service_, error.what(), request);
  }
  return std::nullopt;
}

listen::HttpReply Session::http(const listen::HttpRequest& request) noexcept {
  const auto read = [&] { return parse_http_request(request, service_.options.url_suffix, memory_); };
  return http_reply(request.target, [&] { return call(read, longest_http_reply); });
}

listen::HttpReply Session::http_in_pieces(listen::ByteSource& json) noexcept {
  return http_reply(long_request, [&] { return call(json, longest_http_reply); });
}

std::optional<std::string> Session::line(std::string_view json) noexcept {
  const auto read = [&] { return parse_json_request(json, memory_); };
  return line_reply(json, [&] { return call(read, ReplyRoom::no_limit); });
}

std::optional<std::string> Session::line_in_pieces(listen::ByteSource& json) noexcept {
  return line_reply(long_request, [&] { return call(json, ReplyRoom::no_limit); });
}

}  // namespace mxbalance::remote
