// NSEC3 (RFC 5155): its parameters in PowerDNS's metadata, and the hashes of owner names.
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
  std::uint16_t iterations = 0;  ///< additional iterations (RFC 5155)
  std::string salt;              ///< up to 255 octets
  bool opt_out = false;          ///< insecure delegations have no hash in the chain (RFC 5155 §6)
  bool operator==(const Nsec3Parameters&) const = default;
};

/// The default of PowerDNS's setting max-nsec3-iterations, and the most that are used here.
inline constexpr std::uint16_t most_nsec3_iterations = 100;

/// Reads the value of the metadata NSEC3PARAM, such as "1 0 0 -", as PowerDNS does. Text after the salt is
/// ignored. More than most_nsec3_iterations count as most_nsec3_iterations. Absent when it cannot be read.
std::optional<Nsec3Parameters> parse_nsec3_parameters(std::string_view text);

/// Whether this value of NSEC3PARAM has more than most_nsec3_iterations.
bool takes_more_iterations(std::string_view text);

using Nsec3Hash = std::array<std::uint8_t, 20>;

/// Computes hashes. Used by one thread at a time.
class Nsec3Hasher {
 public:
  explicit Nsec3Hasher(Nsec3Parameters parameters);
  ~Nsec3Hasher();
  Nsec3Hasher(const Nsec3Hasher&) = delete;
  Nsec3Hasher& operator=(const Nsec3Hasher&) = delete;

  /// The hash of a name in its canonical wire form (RFC 4034 §6.2).
  Nsec3Hash operator()(std::string_view wire_name);

 private:
  Nsec3Parameters parameters_;
  evp_md_ctx_st* digest_;
};

/// The hash in base32hex without padding, in lower case (RFC 5155 §3.3): 32 characters.
std::string nsec3_label(const Nsec3Hash& hash);

/// The hash in such a label, in any case of letters. Absent when the label is no hash.
std::optional<Nsec3Hash> parse_nsec3_label(std::string_view label);

}  // namespace mxbalance::db
