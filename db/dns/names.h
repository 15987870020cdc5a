// Owner names in the form of the store: PowerDNS's presentation form, in lower case, without a trailing dot. The
// root is ".". Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/base/errors.h"

namespace mxbalance::db {

class InvalidName : public Refusal {
 public:
  using Refusal::Refusal;
};

/// `text` in the form of the store. It is in the presentation form of RFC 1035 §5.1, in any case, with or without
/// a trailing dot. Each name has one spelling, with the escapes that PowerDNS uses. Throws InvalidName for an
/// empty label, a label over 63 octets, a name over 255 octets (RFC 1035 §2.3.4), or a broken escape.
std::string canonical_name(std::string_view text);

/// Why PowerDNS could not read `name`, from a row, after a dot is added at its end: a sentence. Absent when it
/// can, whatever the case and the spelling of the octets.
std::optional<std::string> name_problem(std::string_view name);

/// `name` without its first label: "example.com" for "mail.example.com", "." for "com", and "" for ".".
std::string_view parent_name(std::string_view name);

/// Whether `name` is `zone` or is below it. Both are canonical.
bool is_within(std::string_view name, std::string_view zone);

}  // namespace mxbalance::db
