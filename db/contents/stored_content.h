// A record's content in the form of the store: contents that PowerDNS reads as equal have one spelling. Stateless;
// safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "db/contents/powerdns_versions.h"

namespace mxbalance::db {

struct StoredContent {
  std::string content;
  std::int64_t priority = 0;  ///< records.prio
};

/// `content` in the form of the store: names are canonical, IPv6 is in its shortest form, TXT is in quotes, and
/// the preference of MX and the priority of SRV are separate. Throws Refusal where PowerDNS could not parse it.
StoredContent stored_content(std::string_view type, std::string_view content,
                             PowerDnsVersions versions = PowerDnsVersions::all());

/// Content and priority together, as in a zone file.
std::string whole_content(std::string_view type, const StoredContent& stored);

/// The one spelling of a content, as in a zone file. A content that cannot be parsed is unchanged.
std::string canonical_content(std::string_view type, const std::string& content);

}  // namespace mxbalance::db
