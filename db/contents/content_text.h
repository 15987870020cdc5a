// Text in record contents (RFC 1035 §5.1), read as PowerDNS reads it. Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// One character string of at most 255 octets; for PowerDNS it may be missing at the end.
void read_string(ContentReader& reader, std::string_view label);

/// All that follow, of any length: PowerDNS splits them.
void read_strings(ContentReader& reader);

/// What TXT stands for: PowerDNS puts a content that does not start with a quote between quotes.
std::string quoted_text(std::string_view content);

}  // namespace mxbalance::db
