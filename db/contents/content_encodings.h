// Binary data and addresses of interfaces in record contents, read as PowerDNS reads them. Stateless; safe from
// any thread.
#pragma once

#include <string_view>

#include "db/contents/content_reader.h"

namespace mxbalance::db {

/// A word of hexadecimal digits, such as a salt; "-" is none.
void read_hexadecimal(ContentReader& reader, std::string_view label);

/// Hexadecimal digits to the end, at least one. PowerDNS skips what is between them, such as the colons of a
/// fingerprint.
void read_hexadecimal_rest(ContentReader& reader, std::string_view label);

/// Base64 to the end, with blanks.
void read_base64(ContentReader& reader, std::string_view label);

/// `octets` of two hexadecimal digits with hyphens between them (RFC 7043); PowerDNS ignores what follows.
void read_eui(ContentReader& reader, int octets);

/// Prefixes of APL (RFC 3123 §5) to the end, or none.
void read_address_prefixes(ContentReader& reader);

/// The generic form "\# LENGTH DIGITS" (RFC 3597 §5), the whole content.
void read_generic(ContentReader& reader);

}  // namespace mxbalance::db
