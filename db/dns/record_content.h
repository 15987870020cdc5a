// The content of static records: whether PowerDNS can parse it, and the form in which it reads it. A single row
// that it cannot parse would fail every answer at its owner name. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mxbalance::db {

/// Absent when PowerDNS can parse `content` as a record of `type` (upper case), else a sentence that says what is
/// wrong. Checked are A, AAAA, MX, NS, CNAME, DNAME, PTR, SOA, TXT, SPF, SRV, CAA, TLSA and that the type exists;
/// other contents pass. The rules are PowerDNS 4.7's own, so that nothing it would serve is left out.
std::optional<std::string> content_problem(std::string_view type, std::string_view content);

/// `content` as PowerDNS reads it from a backend. In the store the preference of MX and the priority of SRV stand
/// in records.prio (`priority`); whoever writes them into the content instead is understood too.
std::string content_with_priority(std::string_view type, std::optional<std::int64_t> priority,
                                  std::string_view content);

/// The other way round, for a content that PowerDNS can parse: what the store keeps in records.prio, and the rest.
std::pair<std::int64_t, std::string> split_priority(std::string_view type, std::string_view content);

}  // namespace mxbalance::db
