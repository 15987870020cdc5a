// How a name is typed on a command line, in a list or in a file, where other things than names may be typed by
// mistake. Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// What `text` is if it is obviously not meant as a name, such as a URL, and what to give instead. DNS may allow
/// it as a name. Absent when it may be a name; with escapes (RFC 1035 §5.1) any octet may be in one.
std::optional<std::string> mistaken_for_name(std::string_view text);

/// `name` (canonical) as a person must type it: with escapes where it would otherwise be mistaken.
std::string typed_spelling(std::string_view name);

}  // namespace mxbalance::db
