// The releases of PowerDNS that read record contents differently. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// A set of releases. All releases in one of the three groups read contents in the same way.
class PowerDnsVersions {
 public:
  constexpr PowerDnsVersions() = default;

  static constexpr PowerDnsVersions v4() { return PowerDnsVersions(1); }        ///< 4.7 to 4.9
  static constexpr PowerDnsVersions v5_0() { return PowerDnsVersions(2); }      ///< 5.0
  static constexpr PowerDnsVersions v5_1() { return PowerDnsVersions(4); }      ///< 5.1
  static constexpr PowerDnsVersions all() { return PowerDnsVersions(7); }       ///< 4.7 to 5.1
  static constexpr PowerDnsVersions from_5_0() { return PowerDnsVersions(6); }  ///< 5.0 and 5.1
  static constexpr PowerDnsVersions to_5_0() { return PowerDnsVersions(3); }    ///< 4.7 to 5.0

  constexpr bool empty() const { return groups_ == 0; }
  constexpr bool includes(PowerDnsVersions others) const { return (groups_ & others.groups_) == others.groups_; }
  constexpr PowerDnsVersions operator&(PowerDnsVersions others) const {
    return PowerDnsVersions(static_cast<std::uint8_t>(groups_ & others.groups_));
  }
  constexpr PowerDnsVersions operator|(PowerDnsVersions others) const {
    return PowerDnsVersions(static_cast<std::uint8_t>(groups_ | others.groups_));
  }
  constexpr bool operator==(const PowerDnsVersions&) const = default;

  /// The releases in words, such as "PowerDNS 5.1". Not for an empty set.
  std::string in_words() const;

  /// The setting that names these releases, as powerdns_versions() reads it. Not for an empty set.
  std::string_view setting() const;

 private:
  constexpr explicit PowerDnsVersions(std::uint8_t groups) : groups_(groups) {}

  std::uint8_t groups_ = 0;
};

/// Reads the setting for the PowerDNS that asks: "4", "5" or a release such as "4.7", "5.1" or "5.1.4". "4" is any
/// release of 4, "5" is the newest one of 5. Absent for other text.
std::optional<PowerDnsVersions> powerdns_versions(std::string_view text);

}  // namespace mxbalance::db
