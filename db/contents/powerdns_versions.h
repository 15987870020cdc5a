// The releases of PowerDNS, as far as they read record contents differently. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// A set of releases. Within one of the three groups contents are read alike.
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

  /// For people, such as "PowerDNS 5.1". Not for an empty set.
  std::string in_words() const;

  /// How a person says that only one of these asks: what powerdns_versions() reads. Not for an empty set.
  std::string_view setting() const;

 private:
  constexpr explicit PowerDnsVersions(std::uint8_t groups) : groups_(groups) {}

  std::uint8_t groups_ = 0;
};

/// What a person says of the PowerDNS that asks: "4", "5" or a release such as "4.7", "5.1" or "5.1.4"; "4" is any
/// release of it, "5" the newest one. Absent for anything else.
std::optional<PowerDnsVersions> powerdns_versions(std::string_view text);

}  // namespace mxbalance::db
