// A DNSSEC private key, as the column cryptokeys.content has it: the text of a file that BIND's dnssec-keygen
// writes. Stateless; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// Why PowerDNS cannot use the key, in a sentence; absent when it can. A key that it cannot use, even one that
/// does not sign, makes it fail each answer of the zone that is to be signed.
std::optional<std::string> private_key_problem(std::string_view content);

}  // namespace mxbalance::db
