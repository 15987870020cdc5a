// Names as people type them, on a command line, in a list or in a file: what is obviously another thing, such as a
// URL, is refused with a sentence that says what to give, though DNS allows it as a name. Escapes (RFC 1035 §5.1)
// make a name of it. What comes from PowerDNS or the store is no typed name. Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "db/dns/names.h"

namespace mxbalance::db {

/// `text` as canonical_given_name() has it. Throws InvalidName for what is no name, and for quotes around it,
/// blanks, a URL, a mail address, an address and a port.
std::string typed_name(std::string_view text);

/// `name` as it must be typed: with escapes where typed_name() would take it for another thing.
std::string typed_spelling(std::string_view name);

}  // namespace mxbalance::db
