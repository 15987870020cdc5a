// Names as people type them on a command line, in a list or in a file. Text that is obviously not meant as a name,
// such as a URL, is refused with a sentence that says what to give, though DNS allows it as a name. With escapes
// (RFC 1035 §5.1) it is accepted. Not used for names from PowerDNS or the store. Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "db/dns/names.h"

namespace mxbalance::db {

/// The canonical form of `text`, as from canonical_given_name(). Throws InvalidName for text that is no name, and
/// for quotes, blanks, a URL, a mail address, or an address with a port.
std::string typed_name(std::string_view text);

}  // namespace mxbalance::db
