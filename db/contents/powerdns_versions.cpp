#include "db/contents/powerdns_versions.h"

#include <algorithm>
#include <array>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

struct Release {
  std::string_view number;
  PowerDnsVersions versions;
};

constexpr std::array releases = std::to_array<Release>({
    {"4", PowerDnsVersions::v4()},
    {"4.7", PowerDnsVersions::v4()},
    {"4.8", PowerDnsVersions::v4()},
    {"4.9", PowerDnsVersions::v4()},
    {"5", PowerDnsVersions::v5_1()},
    {"5.0", PowerDnsVersions::v5_0()},
    {"5.1", PowerDnsVersions::v5_1()},
});

bool is_patch_level(std::string_view text) {
  return !text.empty() && text.size() <= 3 && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string PowerDnsVersions::in_words() const {
  if (*this == v4()) return "PowerDNS 4";
  if (*this == v5_0()) return "PowerDNS 5.0";
  if (*this == v5_1()) return "PowerDNS 5.1";
  if (*this == from_5_0()) return "PowerDNS 5";
  if (*this == to_5_0()) return "PowerDNS up to 5.0";
  if (*this == all()) return "PowerDNS 4.7 to 5.1";
  return "PowerDNS 4 and 5.1";
}

std::string_view PowerDnsVersions::setting() const {
  return includes(v5_1()) ? "5" : includes(v5_0()) ? "5.0" : "4";
}

std::optional<PowerDnsVersions> powerdns_versions(std::string_view text) {
  // The patch level (the third number) is checked and ignored.
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second != std::string_view::npos && !is_patch_level(text.substr(second + 1))) return std::nullopt;
  const auto number = text.substr(0, second);
  const auto* const release =
      std::find_if(releases.begin(), releases.end(), [&](const Release& known) { return known.number == number; });
  if (release == releases.end()) return std::nullopt;
  return release->versions;
}

}  // namespace mxbalance::db
