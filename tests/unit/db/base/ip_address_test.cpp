#include "db/base/ip_address.h"

#include <string_view>

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

using namespace std::string_view_literals;

TEST(IpAddress, IsReadInNetworkOrder) {
  const auto ipv4 = ipv4_address("192.0.2.1");
  ASSERT_TRUE(ipv4);
  EXPECT_EQ(ipv4->s_addr, htonl(0xc0000201));
  const auto ipv6 = ipv6_address("2001:DB8:0::1");
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->s6_addr[0], 0x20);
  EXPECT_EQ(ipv6->s6_addr[15], 1);
}

/// inet_pton() takes a text that ends with NUL: what follows a NUL byte is not seen by it.
TEST(IpAddress, IsTheWholeText) {
  for (const auto text : {""sv, "192.0.2.1\0"sv, "192.0.2.1\0.example"sv, "192.0.2.1 "sv, " 192.0.2.1"sv,
                          "192.0.2.1\n"sv, "192.0.2"sv, "192.0.2.256"sv, "2001:db8::1"sv})
    EXPECT_FALSE(ipv4_address(text)) << text;
  for (const auto text :
       {""sv, "::1\0"sv, "2001:db8::1\0:2"sv, "::1 "sv, "fe80::1%1"sv, "[::1]"sv, ":::"sv, "192.0.2.1"sv})
    EXPECT_FALSE(ipv6_address(text)) << text;
}

TEST(IpAddress, IsReadFromAViewThatDoesNotEndWithNul) {
  const std::string_view text = "192.0.2.123";
  EXPECT_EQ(ipv4_address(text.substr(0, 9))->s_addr, htonl(0xc0000201));
}

}  // namespace
}  // namespace mxbalance::db
