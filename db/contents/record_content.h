// The content of static records: which releases of PowerDNS can parse it, and the form in which they read it. A
// single row that PowerDNS cannot parse would fail every answer at its owner name. Stateless; safe from any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "db/contents/powerdns_versions.h"

namespace mxbalance::db {

/// Which releases can parse a content, and for the others a sentence that says what is wrong.
struct ContentVerdict {
  PowerDnsVersions parsed_by;
  std::string problem;  ///< empty when all can
};

/// What PowerDNS makes of `content` (as in a zone file: MX and SRV with their preference) of `type` (upper case).
/// The rules are PowerDNS's own, so that nothing it would serve is left out; what it would turn into messages that
/// nobody can read is a problem, too.
ContentVerdict content_verdict(std::string_view type, std::string_view content);

/// Absent when all of `versions` can parse it, else a sentence that says what is wrong, and which ones can.
std::optional<std::string> content_problem(std::string_view type, std::string_view content,
                                           PowerDnsVersions versions = PowerDnsVersions::all());

/// `content` with its names in the store's spelling and one blank between its fields, if its type has names and it
/// can be parsed; else as it is.
std::string with_canonical_names(std::string_view type, std::string_view content);

/// `content` as PowerDNS reads it from a backend. In the store the preference of MX and the priority of SRV stand
/// in records.prio (`priority`, the column as text, empty for NULL); whoever writes them into the content instead
/// is understood too. What is no number there makes a content that cannot be parsed, as it does for PowerDNS.
std::string content_with_priority(std::string_view type, std::string_view priority, std::string_view content);

/// Whether `priority` (as above) stands beside a content that has its own, which is then the one that counts.
bool has_two_priorities(std::string_view type, std::string_view priority, std::string_view content);

/// The other way round, for a content that PowerDNS can parse: what the store keeps in records.prio, and the rest.
std::pair<std::int64_t, std::string> split_priority(std::string_view type, std::string_view content);

}  // namespace mxbalance::db
