#include "backend/remote/session.h"

#include <exception>

#include "backend/remote/http_forms.h"
#include "backend/remote/request.h"
#include "backend/remote/service.h"

namespace mxbalance::remote {

namespace {

/// A problem's sentence may quote the request, which may be of any bytes: the reply is JSON all the same.
HttpReply error_reply(int status, std::string_view problem) {
  const auto sentence = nlohmann::json(problem).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return {status, "{\"result\":false,\"error\":" + sentence + '}'};
}

}  // namespace

HttpReply Session::http(const HttpRequest& request) noexcept {
  try {
    return {200, service_.call(parse_http_request(request, service_.options().url_suffix))};
  } catch (const BadRequest& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(400, error.what());
  } catch (const UnknownMethod& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(404, error.what());
  } catch (const MethodFailure& error) {  // the service has logged it
    return error_reply(500, error.what());
  } catch (const std::exception& error) {
    service_.note_refusal(error.what(), request.target);
    return error_reply(500, error.what());
  }
}

std::optional<std::string> Session::line(std::string_view json) noexcept {
  try {
    return service_.call(parse_json_request(json));
  } catch (const UnknownMethod& error) {
    service_.note_refusal(error.what(), json);
    return "{\"result\":false}";
  } catch (const MethodFailure&) {  // the service has logged it
  } catch (const std::exception& error) {
    service_.note_refusal(error.what(), json);
  }
  return std::nullopt;
}

}  // namespace mxbalance::remote
