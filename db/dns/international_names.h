// Names with letters outside ASCII, as people give them. DNS holds such labels as A-labels, "xn--…" (RFC 5890),
// and mail servers ask for these. The letters are mapped by UTS 46, non-transitionally, and must be allowed by
// IDNA2008. These functions are not used for names from PowerDNS or the store, whose bytes are never changed.
// Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/dns/names.h"

namespace mxbalance::db {

/// The canonical form of `text`, which is in UTF-8. Labels with letters outside ASCII become A-labels; all others
/// are handled as by canonical_name(). Throws InvalidName when the text is no name, or no internationalized name.
std::string canonical_given_name(std::string_view text);

/// The `content` of a record of `type` (upper case), with its names that are not in ASCII in the form of
/// canonical_given_name(). The rest is unchanged. Throws InvalidName.
std::string given_content(std::string_view type, std::string_view content);

/// The name with A-labels that people mean by `name`, which has UTF-8 octets, raw or escaped. Absent when it has
/// no such octets, or when they are no internationalized name.
std::optional<std::string> international_spelling(std::string_view name);

}  // namespace mxbalance::db
