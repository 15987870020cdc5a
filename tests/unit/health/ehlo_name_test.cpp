// Which names may be said with EHLO.
#include "backend/health/ehlo_name.h"

#include <gtest/gtest.h>

namespace mxbalance::health {
namespace {

TEST(EhloNames, AreHostNamesAndAddressLiterals) {
  for (const std::string name : {"probe.example.net", "Probe.Example.NET", "mx", "1.example.net", "a-b.example",
                                 "[192.0.2.1]", "[IPv6:2001:db8::1]", "[ipv6:::1]", "xn--mnchen-3ya.example"}) {
    EXPECT_TRUE(is_ehlo_name(name)) << name;
  }
  for (const std::string name :
       {"", "a b", "a#b", "a_b.example", "-a.example", "a-.example", "a..example", ".example", "example.",
        "192.0.2.1", "2001:db8::1", "[192.0.2]", "[2001:db8::1]", "[IPv6:192.0.2.1]", "[", "[]", "[IPv6:]",
        "m\xc3\xbcnchen.example", "a\r\nQUIT"}) {
    EXPECT_FALSE(is_ehlo_name(name)) << name;
  }
  EXPECT_TRUE(is_ehlo_name(std::string(63, 'a') + ".example"));
  EXPECT_FALSE(is_ehlo_name(std::string(64, 'a') + ".example"));
  std::string longest = "a";
  while (longest.size() < 253)
    longest += ".a";
  EXPECT_TRUE(is_ehlo_name(longest));
  EXPECT_FALSE(is_ehlo_name(longest + "a.a"));
}

TEST(EhloNames, OfAnAddress) {
  EXPECT_EQ(address_literal(db::AddressFamily::ipv4, "192.0.2.1"), "[192.0.2.1]");
  EXPECT_EQ(address_literal(db::AddressFamily::ipv6, "2001:db8::1"), "[IPv6:2001:db8::1]");
}

}  // namespace
}  // namespace mxbalance::health
