// Reads text in record contents (RFC 1035 §5.1) as PowerDNS does. Stateless; safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// Reads one character string of at most 255 octets. PowerDNS allows it to be missing at the end.
void read_string(ContentReader& reader, std::string_view label);

/// Reads all strings to the end, of any length. PowerDNS splits long ones.
void read_strings(ContentReader& reader);

/// The TXT content that PowerDNS reads: a content that does not start with a quote is put in quotes.
std::string quoted_text(std::string_view content);

}  // namespace mxbalance::db
