// Percent-encoding, and the fields of query strings and form bodies as the REST form of the protocol has them.
// Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "db/base/memory_budget.h"

namespace mxbalance::remote {

/// What `text` stands for (RFC 3986 §2.1). Throws BadRequest where a % is not followed by two hexadecimal digits.
std::string decode_percent(std::string_view text);

/// Takes the front of `text`, up to `separator` or its end, off it, and the separator. Absent: that was the last.
std::optional<std::string_view> take_part(std::optional<std::string_view>& text, char separator);

/// The value of `name` in a form body.
std::optional<std::string> find_field(std::string_view form, std::string_view name);

/// The fields of a query string or a form body as a JSON object of strings: `rr[ttl]=60` is an object in it,
/// `value[]=a` a list, `rrset[0][ttl]=60` a list of objects. Throws BadRequest where a field contradicts another.
/// Bodies of PowerDNS up to 4.9 are malformed: they are read as far as they can be, and each record of an RRset
/// gets the last one's ttl (an RRset has one, RFC 2181 §5.2), the others having run into the field that follows.
/// `memory` grows by what the object takes.
nlohmann::json fields_of(std::string_view form, db::MemoryShare& memory);

}  // namespace mxbalance::remote
