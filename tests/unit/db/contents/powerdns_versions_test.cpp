#include "db/contents/powerdns_versions.h"

#include <string>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

TEST(PowerDnsVersionsOf, AReleaseOrItsFirstNumber) {
  EXPECT_EQ(powerdns_versions("4"), PowerDnsVersions::v4());
  EXPECT_EQ(powerdns_versions("4.7"), PowerDnsVersions::v4());
  EXPECT_EQ(powerdns_versions("4.9.12"), PowerDnsVersions::v4());
  EXPECT_EQ(powerdns_versions("5"), PowerDnsVersions::v5_1());
  EXPECT_EQ(powerdns_versions("5.0"), PowerDnsVersions::v5_0());
  EXPECT_EQ(powerdns_versions("5.1.4"), PowerDnsVersions::v5_1());
  for (const std::string text : {"", "3", "4.6", "6", "5.2", "5.", "5.1.", "5.1.x", "5.1.4.2", " 5", "v5", "five"})
    EXPECT_EQ(powerdns_versions(text), std::nullopt) << text;
}

TEST(PowerDnsVersions, SayHowTheyAreSet) {
  for (const auto versions : {PowerDnsVersions::v4(), PowerDnsVersions::v5_0(), PowerDnsVersions::v5_1(),
                              PowerDnsVersions::from_5_0(), PowerDnsVersions::to_5_0()}) {
    const auto set = powerdns_versions(versions.setting());
    ASSERT_TRUE(set) << versions.in_words();
    EXPECT_TRUE(versions.includes(*set)) << versions.in_words();
  }
}

}  // namespace
}  // namespace mxbalance::db
