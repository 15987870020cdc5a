// Owner names as the store keeps them: PowerDNS's presentation form, in lower case, without a trailing dot. The
// root is
// ".". Stateless; safe from any thread.
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

/// `text` (RFC 1035 §5.1 presentation form, any case, trailing dot or not) as the store keeps it: one spelling for
/// each name, with the escapes that PowerDNS uses. Throws InvalidName for an empty label, a label over 63 or a
/// name over 255 octets (RFC 1035 §2.3.4), or a broken escape.
std::string canonical_name(std::string_view text);

/// Why `name`, as a row has it, is no name that PowerDNS could read once it has a dot at its end: a sentence.
/// Absent: it is one, in any case, and with any spelling of its octets.
std::optional<std::string> name_problem(std::string_view name);

/// `name` without its first label: "example.com" for "mail.example.com", "." for "com", and "" for ".".
std::string_view parent_name(std::string_view name);

/// Whether `name` is `zone` or lies below it. Both canonical.
bool is_within(std::string_view name, std::string_view zone);

}  // namespace mxbalance::db
