// Reads binary data and interface addresses in record contents, as PowerDNS does. Stateless; safe from any thread.
#pragma once

#include <string_view>

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// Reads a word of hexadecimal digits, such as a salt. "-" is an empty one.
void read_hexadecimal(ContentReader& reader, std::string_view label);

/// Reads hexadecimal digits to the end, at least one. PowerDNS skips other characters between them, such as the
/// colons of a fingerprint.
void read_hexadecimal_rest(ContentReader& reader, std::string_view label);

/// Reads Base64 to the end; blanks are allowed.
void read_base64(ContentReader& reader, std::string_view label);

/// Reads `octets` pairs of hexadecimal digits, with hyphens between them (RFC 7043). PowerDNS ignores text after
/// them.
void read_eui(ContentReader& reader, int octets);

/// Reads the prefixes of an APL record (RFC 3123 §5) to the end. There may be none.
void read_address_prefixes(ContentReader& reader);

/// Reads a whole content in the generic form "\# LENGTH DIGITS" (RFC 3597 §5).
void read_generic(ContentReader& reader);

}  // namespace mxbalance::db
