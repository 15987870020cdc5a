// The three HTTP forms of a request: REST (verb, path and headers), `post` (a form field holds the JSON), and
// `post_json` (the body is the JSON). Stateless; safe from any thread.
#pragma once

#include <string_view>

#include "backend/listen/http_message.h"
#include "backend/protocol/request.h"

namespace mxbalance::remote {

/// Reads `request` in the form that it has. What stands in the path before the method's name is PowerDNS's `url`,
/// and may be anything; `url_suffix` is its option of that name. `memory` grows by what the parameters take.
/// Throws BadRequest, UnknownMethod and MemoryShortage.
Request parse_http_request(const listen::HttpRequest& request, std::string_view url_suffix,
                           db::MemoryShare& memory);

}  // namespace mxbalance::remote
