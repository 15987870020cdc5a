// Percent-encoding, and the fields of query strings and form bodies in the REST form of the protocol. Stateless;
// safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "db/base/memory_budget.h"

namespace mxbalance::remote {

/// Decodes `text` (RFC 3986 §2.1). Throws BadRequest where a % is not followed by two hexadecimal digits.
std::string decode_percent(std::string_view text);

/// Removes and returns the part of `text` before `separator`, or all of it; the separator is removed, too. Absent:
/// there are no more parts.
std::optional<std::string_view> take_part(std::optional<std::string_view>& text, char separator);

/// The value of `name` in a form body.
std::optional<std::string> find_field(std::string_view form, std::string_view name);

/// The fields of a query string or a form body as a JSON object of strings: `rr[ttl]=60` is an object in it,
/// `value[]=a` a list, `rrset[0][ttl]=60` a list of objects. Throws BadRequest where fields contradict each other.
/// Bodies of PowerDNS up to 4.9 are malformed: a ttl is joined with the field after it, except the last one. They
/// are read as far as possible, and each record of an RRset gets the last ttl (an RRset has one, RFC 2181 §5.2).
/// The memory of the object is added to `memory`.
nlohmann::json fields_of(std::string_view form, db::MemoryShare& memory);

}  // namespace mxbalance::remote
