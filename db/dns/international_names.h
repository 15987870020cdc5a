// Names as people give them, with letters outside ASCII: the DNS holds such labels as A-labels, "xn--…" (RFC
// 5890), and mail servers ask for those. The letters are mapped as UTS 46 says, non-transitionally, and must be
// allowed by IDNA2008. What comes from PowerDNS or the store is never changed by these: there bytes are bytes.
// Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/dns/names.h"

namespace mxbalance::db {

/// `text`, in UTF-8, as canonical_name() has it; labels with letters outside ASCII become A-labels, all others
/// stay as they are. Throws InvalidName for what is no name, or no internationalized name.
std::string canonical_given_name(std::string_view text);

/// `content` of a record of `type` (upper case) with its names as canonical_given_name() has them where they are
/// not in ASCII; all else as it is. Throws InvalidName.
std::string given_content(std::string_view type, std::string_view content);

/// The name that is asked for where people mean `name`, which holds UTF-8 octets, raw or escaped; absent: it holds
/// none, or they spell no internationalized name.
std::optional<std::string> international_spelling(std::string_view name);

}  // namespace mxbalance::db
