// Every record type of PowerDNS 4.7 to 5.1, as a list of fields. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "db/contents/powerdns_versions.h"

namespace mxbalance::db {

inline constexpr std::string_view ipv4_form = "an IPv4 address such as 192.0.2.1";
inline constexpr std::string_view ipv6_form = "an IPv6 address such as 2001:db8::1";

/// The format of a field.
enum class FieldKind : std::uint8_t {
  number8,
  number16,
  number32,
  certificate_type,  ///< a number of 16 bits, except 0
  name,
  ipv4,
  ipv6,
  identifier64,        ///< four groups of hexadecimal digits (RFC 6742)
  string,              ///< a character string in double quotes
  strings,             ///< all strings up to the end
  long_text,           ///< one text of any length (RFC 7553 §4.4, RFC 8659 §4.1.1)
  property_tag,        ///< of CAA: letters and digits
  hexadecimal,         ///< a word
  hexadecimal_rest,    ///< to the end, with blanks
  base64,              ///< to the end, with blanks
  base32,              ///< a word
  type,                ///< the name of a record type
  types,               ///< all types up to the end
  time,                ///< of a signature (RFC 4034 §3.2)
  service_parameters,  ///< of SVCB (RFC 9460 §2.1)
  ipsec_gateway,       ///< its format depends on the second number (RFC 4025 §3.1)
  ipsec_key,           ///< its format depends on the third number, the algorithm
  ignored,             ///< text up to the end, which PowerDNS ignores
  location,            ///< the whole content of LOC
  address_prefixes,    ///< the whole content of APL
  eui48,
  eui64,
};

struct Field {
  FieldKind kind;
  std::string_view label;  ///< for sentences, without an article
};

struct RecordType {
  std::string_view name;
  std::uint16_t number;
  PowerDnsVersions known_by;
  std::span<const Field> fields;  ///< empty: PowerDNS reads only the generic form (RFC 3597 §5)
};

/// The type with this name (upper case). Null where there is none.
const RecordType* find_record_type(std::string_view name);

/// The number in a name such as TYPE15 (RFC 3597 §5), as PowerDNS writes it. Absent for other names.
std::optional<std::uint16_t> generic_type_number(std::string_view name);

/// The name, in upper case, with which all releases read the type: "MX" for "mx" and for "TYPE15".
std::string canonical_type(std::string_view name);

/// The type with this number. Null where there is none.
const RecordType* find_record_type(std::uint16_t number);

}  // namespace mxbalance::db
