// A record's content as the store keeps it: one spelling for what PowerDNS reads alike. Stateless; safe from any
// thread.
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

/// `content` as the store keeps it: names canonical, IPv6 in its shortest form, TXT in quotes, the preference of
/// MX and the priority of SRV apart. Throws Refusal where PowerDNS could not parse it.
StoredContent stored_content(std::string_view type, std::string_view content,
                             PowerDnsVersions versions = PowerDnsVersions::all());

/// Content and priority together, as in a zone file.
std::string whole_content(std::string_view type, const StoredContent& stored);

/// One spelling for each content, as in a zone file; what cannot be parsed stands for itself.
std::string canonical_content(std::string_view type, const std::string& content);

}  // namespace mxbalance::db
