// Reads the three HTTP forms of a request: REST (verb, path and headers), `post` (a form field holds the JSON),
// and `post_json` (the body is the JSON). Stateless; safe from any thread.
#pragma once

#include <string_view>

#include "backend/listen/http_message.h"
#include "backend/protocol/request.h"

namespace mxbalance::remote {

/// Reads `request`, which may be in any of the forms. The part of the path before the method's name is PowerDNS's
/// `url` and may be anything. `url_suffix` is PowerDNS's option of that name. The memory of the parameters is
/// added to `memory`. Throws BadRequest, UnknownMethod and MemoryShortage.
Request parse_http_request(const listen::HttpRequest& request, std::string_view url_suffix,
                           db::MemoryShare& memory);

}  // namespace mxbalance::remote
