#include "db/dns/addresses.h"

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

TEST(EditsAddresses, HaveOneSpelling) {
  struct Case {
    const char* text;
    const char* canonical;  ///< nullptr: refused
  };
  constexpr Case cases[] = {
      {"10.0.0.1", "10.0.0.1"},
      {"2001:DB8:0:0::2", "2001:db8::2"},
      {"2001:0db8::0002", "2001:db8::2"},
      {"::1", "::1"},
      {"::ffff:1.2.3.4", nullptr},
      {"::1.2.3.4", nullptr},
      {"10.0.0.256", nullptr},
      {"10.0.0", nullptr},
      {"10.0.0.01", nullptr},
      {"2001:db8::2::", nullptr},
      {"fe80::1%eth0", nullptr},
      {"[2001:db8::2]", nullptr},
      {"mail.example.com", nullptr},
      {"", nullptr},
      {" 10.0.0.1", nullptr},
  };
  for (const auto& [text, canonical] : cases) {
    const auto address = canonical_address(text);
    EXPECT_EQ(address.value_or("refused"), canonical != nullptr ? canonical : "refused") << text;
  }
}

TEST(EditsAddresses, OfPrimariesMayHaveAPort) {
  struct Case {
    const char* text;
    const char* canonical;  ///< nullptr: refused
  };
  constexpr Case cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"192.0.2.1:53", "192.0.2.1:53"},
      {"192.0.2.1:65535", "192.0.2.1:65535"},
      {"192.0.2.1:05300", "192.0.2.1:5300"},
      {"2001:DB8:0::1", "2001:db8::1"},
      {"2001:db8::1:5300", "2001:db8::1:5300"},  // an address
      {"[2001:DB8:0::1]:5300", "[2001:db8::1]:5300"},
      {"192.0.2.1:0", nullptr},
      {"192.0.2.1:65536", nullptr},
      {"192.0.2.1:-1", nullptr},
      {"192.0.2.1:+1", nullptr},
      {"192.0.2.1:", nullptr},
      {"192.0.2.1:5x", nullptr},
      {"192.0.2.1: 53", nullptr},
      {"192.0.2.256:53", nullptr},
      {"192.0.2.1,192.0.2.2", nullptr},
      {"[192.0.2.1]:53", nullptr},
      {"[2001:db8::1]", "2001:db8::1"},
      {"[2001:db8::1]:", nullptr},
      {"[2001:db8::1]5300", nullptr},
      {"[2001:db8::g]:53", nullptr},
      {"[::ffff:192.0.2.1]:53", nullptr},
      {"2001:db8:0:0:0:0:0:1:53", nullptr},
      {"[]:53", nullptr},
      {"[:53", nullptr},
      {":53", nullptr},
      {":", nullptr},
      {"", nullptr},
      {"ns1.example.com", nullptr},
      {"ns1.example.com:53", nullptr},
  };
  for (const auto& [text, canonical] : cases) {
    const auto primary = canonical_primary(text);
    EXPECT_EQ(primary.value_or("refused"), canonical != nullptr ? canonical : "refused") << text;
  }
}

TEST(Primaries, HaveNothingBehindTheAddress) {
  using namespace std::string_view_literals;
  for (const auto text : {"192.0.2.1\0"sv, "192.0.2.1\0%"sv, "2001:db8::1\0x"sv, "[2001:db8::1\0]:53"sv,
                          "192.0.2.1 %"sv, "192.0.2.1\n%x"sv, "192.0.2.1 x%1:53"sv})
    EXPECT_EQ(canonical_primary(text), std::nullopt) << text;
}

/// Whatever PowerDNS's ComboAddress takes was a primary before.
TEST(Primaries, AreWhatPowerDnsReads) {
  for (const auto* text : {"192.0.2.1", "192.0.2.1:5300", "192.0.2.1:0", "127.1", "10", "::1", "2001:db8::1",
                           "[::1]", "[::1]:53", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:53", "2001:DB8::A"})
    EXPECT_TRUE(is_primary(text)) << text;
  using namespace std::string_view_literals;
  for (const auto text :
       {""sv, "ns1.example.net"sv, "192.0.2.256"sv, "192.0.2.1:"sv, "192.0.2.1:x"sv, "192.0.2.1:65536"sv,
        "192.0.2.1:-1"sv, "[::1"sv, "[::1]x"sv, "[::1]:"sv, "[::1]:x"sv, "[]:53"sv, "[192.0.2.1]:53"sv, "::g"sv,
        ":53"sv, "x:53"sv, "192.0.2.1\0"sv, "localhost"sv})
    EXPECT_FALSE(is_primary(text)) << text;
}

}  // namespace
}  // namespace mxbalance::db
