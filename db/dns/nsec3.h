// NSEC3 (RFC 5155): its parameters as PowerDNS's metadata has them, and the hashes of owner names.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace mxbalance::db {

struct Nsec3Parameters {
  std::uint16_t iterations = 0;  ///< additional ones
  std::string salt;              ///< up to 255 octets
  bool opt_out = false;          ///< insecure delegations have no hash in the chain (RFC 5155 §6)
  bool operator==(const Nsec3Parameters&) const = default;
};

/// The default of PowerDNS's setting max-nsec3-iterations, and the most that are taken here.
inline constexpr std::uint16_t most_nsec3_iterations = 100;

/// The value of the metadata NSEC3PARAM, such as "1 0 0 -", as PowerDNS reads it: what comes after the salt is
/// ignored, and more than most_nsec3_iterations count as so many. Absent when it cannot be read.
std::optional<Nsec3Parameters> parse_nsec3_parameters(std::string_view text);

/// Whether such a value asks for more than most_nsec3_iterations.
bool takes_more_iterations(std::string_view text);

using Nsec3Hash = std::array<std::uint8_t, 20>;

/// Computes hashes. One thread at a time.
class Nsec3Hasher {
 public:
  explicit Nsec3Hasher(Nsec3Parameters parameters);
  ~Nsec3Hasher();
  Nsec3Hasher(const Nsec3Hasher&) = delete;
  Nsec3Hasher& operator=(const Nsec3Hasher&) = delete;

  /// Of a name in its canonical wire form (RFC 4034 §6.2).
  Nsec3Hash operator()(std::string_view wire_name);

 private:
  Nsec3Parameters parameters_;
  evp_md_ctx_st* digest_;
};

/// In base32hex without padding, in lower case (RFC 5155 §3.3): 32 characters.
std::string nsec3_label(const Nsec3Hash& hash);

/// The hash that such a label says, in any case; absent when it is none.
std::optional<Nsec3Hash> parse_nsec3_label(std::string_view label);

}  // namespace mxbalance::db
