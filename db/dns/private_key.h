// DNSSEC private keys in the column cryptokeys.content: the text of a key file of BIND's dnssec-keygen. Stateless;
// safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// Why PowerDNS cannot use the key, as a sentence. Absent when it can. With an unusable key, even one that does
/// not sign, PowerDNS fails every answer of the zone that must be signed.
std::optional<std::string> private_key_problem(std::string_view content);

}  // namespace mxbalance::db
