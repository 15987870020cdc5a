#include "db/edits_addresses.h"

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

}  // namespace
}  // namespace mxbalance::db
