#include "backend/remote/session.h"

#include <exception>

#include "backend/remote/http_forms.h"
#include "backend/remote/request.h"
#include "backend/remote/service.h"
#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

/// A problem's sentence may quote the request, which may be of any bytes: the reply is JSON all the same.
HttpReply error_reply(int status, std::string_view problem) {
  const auto sentence =
      nlohmann::json(db::printable(problem)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return {status, "{\"result\":false,\"error\":" + sentence + '}'};
}

}  // namespace

/// A request that cannot be read may have been a write, without which the rest must not be committed.
template <class Read>
std::string Session::call(const Read& read_request) {
  last_used_ = std::chrono::steady_clock::now();
  Request request;
  try {
    request = read_request();
  } catch (const BadRequest& problem) {
    if (transaction_) transaction_->poison(problem.what());
    throw;
  }
  return service_.call(request, transaction_);
}

std::optional<std::chrono::steady_clock::time_point> Session::expires_at() const {
  if (!transaction_) return std::nullopt;
  return last_used_ + OpenTransaction::longest_pause;
}

void Session::expire() {
  service_.expire(transaction_);
}

HttpReply Session::http(const HttpRequest& request) noexcept {
  try {
    return {200, call([&] { return parse_http_request(request, service_.options().url_suffix); })};
  } catch (const BadRequest& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(400, error.what());
  } catch (const UnknownMethod& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(404, error.what());
  } catch (const db::Refusal& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(400, error.what());
  } catch (const WriteRefused& error) {  // the service has logged it
    return error_reply(400, error.what());
  } catch (const MethodFailure& error) {  // and this
    return error_reply(500, error.what());
  } catch (const std::exception& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(500, error.what());
  }
}

std::optional<std::string> Session::line(std::string_view json) noexcept {
  try {
    return call([&] { return parse_json_request(json); });
  } catch (const UnknownMethod& error) {
    service_.note_refusal(error.what(), json);
    return "{\"result\":false}";
  } catch (const WriteRefused&) {   // the service has logged it
  } catch (const MethodFailure&) {  // and this
  } catch (const std::exception& error) {
    service_.note_refusal(error.what(), json);
  }
  return std::nullopt;
}

}  // namespace mxbalance::remote
