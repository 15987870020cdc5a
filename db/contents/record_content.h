// The content of static records: which PowerDNS releases can parse it, and in which form they read it. One row
// that PowerDNS cannot parse would fail every answer at its owner name. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "db/contents/powerdns_versions.h"

namespace mxbalance::db {

/// The releases that can parse a content, and a sentence that says why the others cannot.
struct ContentVerdict {
  PowerDnsVersions parsed_by;
  std::string problem;  ///< empty when all releases can
};

/// Checks `content` of `type` (upper case). The content is as in a zone file: MX and SRV begin with their
/// preference. The rules are PowerDNS's own, so that nothing is left out that it would serve. Content that
/// PowerDNS would turn into an unreadable message is a problem, too.
ContentVerdict content_verdict(std::string_view type, std::string_view content);

/// Absent when all of `versions` can parse the content. Otherwise a sentence that says what is wrong, and which
/// releases can parse it.
std::optional<std::string> content_problem(std::string_view type, std::string_view content,
                                           PowerDnsVersions versions = PowerDnsVersions::all());

/// `content` with canonical names and one blank between its fields, if its type has names and it can be parsed.
/// Otherwise `content` unchanged.
std::string with_canonical_names(std::string_view type, std::string_view content);

/// `content` as PowerDNS reads it from a backend. The store keeps the preference of MX and the priority of SRV in
/// records.prio; `priority` is that column as text, empty for NULL. A priority in the content itself is accepted,
/// too. A `priority` that is no number makes a content that cannot be parsed, as in PowerDNS.
std::string content_with_priority(std::string_view type, std::string_view priority, std::string_view content);

/// Whether records.prio has a `priority` although the content has its own. The one in the content counts then.
bool has_two_priorities(std::string_view type, std::string_view priority, std::string_view content);

/// Splits a content that PowerDNS can parse: the value for records.prio, and the rest.
std::pair<std::int64_t, std::string> split_priority(std::string_view type, std::string_view content);

}  // namespace mxbalance::db
