#include "db/contents/record_types.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

using Kind = FieldKind;

constexpr std::array ipv4 = {Field{Kind::ipv4, ipv4_form}};
constexpr std::array ipv6 = {Field{Kind::ipv6, ipv6_form}};
constexpr std::array one_name = {Field{Kind::name, "one name"}};
constexpr std::array two_mailboxes = {Field{Kind::name, "responsible mailbox"},
                                      Field{Kind::name, "error mailbox"}};
constexpr std::array responsible = {Field{Kind::name, "mailbox"}, Field{Kind::name, "name of a TXT record"}};
constexpr std::array preferred_name = {Field{Kind::number16, "preference"}, Field{Kind::name, "name"}};
constexpr std::array subtype_name = {Field{Kind::number16, "subtype"}, Field{Kind::name, "name"}};
constexpr std::array preferred_ipv4 = {Field{Kind::number16, "preference"}, Field{Kind::ipv4, "locator"}};
constexpr std::array preferred_64 = {Field{Kind::number16, "preference"}, Field{Kind::identifier64, "identifier"}};
constexpr std::array strings = {Field{Kind::strings, "strings in double quotes"}};
constexpr std::array two_strings = {Field{Kind::string, "hardware"}, Field{Kind::string, "operating system"}};
constexpr std::array service = {Field{Kind::number16, "priority"}, Field{Kind::number16, "weight"},
                                Field{Kind::number16, "port"}, Field{Kind::name, "name"}};
constexpr std::array authority = {Field{Kind::name, "primary server"}, Field{Kind::name, "mailbox"},
                                  Field{Kind::number32, "serial"},     Field{Kind::number32, "refresh"},
                                  Field{Kind::number32, "retry"},      Field{Kind::number32, "expiry"},
                                  Field{Kind::number32, "minimum"}};
constexpr std::array property = {Field{Kind::number8, "flags"}, Field{Kind::property_tag, "tag"},
                                 Field{Kind::long_text, "value in double quotes"}};
constexpr std::array uri = {Field{Kind::number16, "priority"}, Field{Kind::number16, "weight"},
                            Field{Kind::long_text, "URI in double quotes"}};
constexpr std::array naming_authority = {Field{Kind::number16, "order"},    Field{Kind::number16, "preference"},
                                         Field{Kind::string, "flags"},      Field{Kind::string, "services"},
                                         Field{Kind::string, "expression"}, Field{Kind::name, "replacement"}};
constexpr std::array certificate_usage = {Field{Kind::number8, "usage"}, Field{Kind::number8, "selector"},
                                          Field{Kind::number8, "matching type"},
                                          Field{Kind::hexadecimal_rest, "hexadecimal digits"}};
constexpr std::array fingerprint = {Field{Kind::number8, "algorithm"}, Field{Kind::number8, "fingerprint type"},
                                    Field{Kind::hexadecimal_rest, "hexadecimal digits"}};
constexpr std::array digest = {Field{Kind::number16, "key tag"}, Field{Kind::number8, "algorithm"},
                               Field{Kind::number8, "digest type"},
                               Field{Kind::hexadecimal_rest, "hexadecimal digits"}};
constexpr std::array zone_digest = {Field{Kind::number32, "serial"}, Field{Kind::number8, "scheme"},
                                    Field{Kind::number8, "hash algorithm"},
                                    Field{Kind::hexadecimal_rest, "hexadecimal digits"}};
constexpr std::array key = {Field{Kind::number16, "flags"}, Field{Kind::number8, "protocol"},
                            Field{Kind::number8, "algorithm"}, Field{Kind::base64, "key in base64"}};
constexpr std::array certificate = {Field{Kind::certificate_type, "type"}, Field{Kind::number16, "key tag"},
                                    Field{Kind::number8, "algorithm"},
                                    Field{Kind::base64, "certificate in base64"}};
constexpr std::array base64 = {Field{Kind::base64, "data in base64"}};
constexpr std::array signature = {Field{Kind::type, "covered type"},
                                  Field{Kind::number8, "algorithm"},
                                  Field{Kind::number8, "labels"},
                                  Field{Kind::number32, "original TTL"},
                                  Field{Kind::time, "expiration"},
                                  Field{Kind::time, "inception"},
                                  Field{Kind::number16, "key tag"},
                                  Field{Kind::name, "signer"},
                                  Field{Kind::base64, "signature in base64"}};
constexpr std::array next_name = {Field{Kind::name, "next name"}, Field{Kind::types, "types"}};
constexpr std::array hash_parameters = {Field{Kind::number8, "algorithm"}, Field{Kind::number8, "flags"},
                                        Field{Kind::number16, "iterations"}, Field{Kind::hexadecimal, "salt"},
                                        Field{Kind::ignored, ""}};
constexpr std::array next_hash = {Field{Kind::number8, "algorithm"},   Field{Kind::number8, "flags"},
                                  Field{Kind::number16, "iterations"}, Field{Kind::hexadecimal, "salt"},
                                  Field{Kind::base32, "next hash"},    Field{Kind::types, "types"}};
constexpr std::array synchronisation = {Field{Kind::number32, "serial"}, Field{Kind::number16, "flags"},
                                        Field{Kind::types, "types"}};
constexpr std::array service_binding = {Field{Kind::number16, "priority"}, Field{Kind::name, "target"},
                                        Field{Kind::service_parameters, "parameters"}};
constexpr std::array ipsec = {Field{Kind::number8, "precedence"}, Field{Kind::number8, "gateway type"},
                              Field{Kind::number8, "algorithm"}, Field{Kind::ipsec_gateway, "gateway"},
                              Field{Kind::ipsec_key, "key in base64"}};
constexpr std::array code = {Field{Kind::type, "type"}, Field{Kind::strings, "code in double quotes"}};
constexpr std::array location = {Field{Kind::location, "latitude, longitude, altitude, size and precisions"}};
constexpr std::array address_prefixes = {Field{Kind::address_prefixes, "address prefixes"}};
constexpr std::array eui48 = {Field{Kind::eui48, "address"}};
constexpr std::array eui64 = {Field{Kind::eui64, "address"}};
constexpr std::span<const Field> generic;

constexpr auto all = PowerDnsVersions::all();
constexpr auto newest = PowerDnsVersions::v5_1();

// Types of queries and messages (OPT, TSIG, TKEY, ANY, AXFR, IXFR) are not in the list, because zones have no such
// records.
constexpr std::array record_types = std::to_array<RecordType>({
    {"A", 1, all, ipv4},
    {"NS", 2, all, one_name},
    {"CNAME", 5, all, one_name},
    {"SOA", 6, all, authority},
    {"MB", 7, all, one_name},
    {"MG", 8, all, one_name},
    {"MR", 9, all, one_name},
    {"PTR", 12, all, one_name},
    {"HINFO", 13, all, two_strings},
    {"MINFO", 14, all, two_mailboxes},
    {"MX", 15, all, preferred_name},
    {"TXT", 16, all, strings},
    {"RP", 17, all, responsible},
    {"AFSDB", 18, all, subtype_name},
    {"SIG", 24, all, generic},
    {"KEY", 25, all, key},
    {"AAAA", 28, all, ipv6},
    {"LOC", 29, all, location},
    {"SRV", 33, all, service},
    {"NAPTR", 35, all, naming_authority},
    {"KX", 36, all, preferred_name},
    {"CERT", 37, all, certificate},
    {"A6", 38, all, generic},
    {"DNAME", 39, all, one_name},
    {"APL", 42, all, address_prefixes},
    {"DS", 43, all, digest},
    {"SSHFP", 44, all, fingerprint},
    {"IPSECKEY", 45, all, ipsec},
    {"RRSIG", 46, all, signature},
    {"NSEC", 47, all, next_name},
    {"DNSKEY", 48, all, key},
    {"DHCID", 49, all, base64},
    {"NSEC3", 50, all, next_hash},
    {"NSEC3PARAM", 51, all, hash_parameters},
    {"TLSA", 52, all, certificate_usage},
    {"SMIMEA", 53, all, certificate_usage},
    {"RKEY", 57, all, key},
    {"CDS", 59, all, digest},
    {"CDNSKEY", 60, all, key},
    {"OPENPGPKEY", 61, all, base64},
    {"CSYNC", 62, all, synchronisation},
    {"ZONEMD", 63, all, zone_digest},
    {"SVCB", 64, all, service_binding},
    {"HTTPS", 65, all, service_binding},
    {"HHIT", 67, newest, base64},
    {"BRID", 68, newest, base64},
    {"SPF", 99, all, strings},
    {"NID", 104, all, preferred_64},
    {"L32", 105, all, preferred_ipv4},
    {"L64", 106, all, preferred_64},
    {"LP", 107, all, preferred_name},
    {"EUI48", 108, all, eui48},
    {"EUI64", 109, all, eui64},
    {"MAILB", 253, all, generic},
    {"MAILA", 254, all, generic},
    {"URI", 256, all, uri},
    {"CAA", 257, all, property},
    {"RESINFO", 261, newest, strings},
    {"WALLET", 262, newest, strings},
    {"DLV", 32769, all, digest},
    {"ADDR", 65400, all, generic},
    {"ALIAS", 65401, all, one_name},
    {"LUA", 65402, all, code},
});

}  // namespace

const RecordType* find_record_type(std::string_view name) {
  const auto* const type = std::find_if(record_types.begin(), record_types.end(),
                                        [&](const RecordType& known) { return known.name == name; });
  return type == record_types.end() ? nullptr : &*type;
}

const RecordType* find_record_type(std::uint16_t number) {
  const auto* const type = std::find_if(record_types.begin(), record_types.end(),
                                        [&](const RecordType& known) { return known.number == number; });
  return type == record_types.end() ? nullptr : &*type;
}

std::optional<std::uint16_t> generic_type_number(std::string_view name) {
  constexpr std::string_view prefix = "TYPE";
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto digits = name.substr(prefix.size());
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string canonical_type(std::string_view name) {
  std::string type = upper(name);
  const auto number = generic_type_number(type);
  const auto* known = number ? find_record_type(*number) : nullptr;
  // Releases that do not know a type read its generic name.
  return known != nullptr && known->known_by == PowerDnsVersions::all() ? std::string(known->name) : type;
}

}  // namespace mxbalance::db
