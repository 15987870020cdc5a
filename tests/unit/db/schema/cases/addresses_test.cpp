// mail_addresses.address against inet_pton: what SQL lets in is exactly what the service can read, in one
// spelling.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

constexpr const char* sentence =
    "mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as "
    "2001:db8::1";

bool is_family(int family, const std::string& text) {
  in6_addr any{};
  return inet_pton(family, text.c_str(), &any) == 1;
}

/// Capitals and the IPv4-mapped form (::ffff:192.0.2.1) are other spellings of what has one here.
bool is_allowed(const std::string& text) {
  if (is_family(AF_INET, text)) return true;
  return is_family(AF_INET6, text) && text.find('.') == std::string::npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

class Addresses : public ::testing::Test {
 protected:
  Addresses() { store_.exec("INSERT INTO mail_servers (name) VALUES ('mail1.example.com')"); }

  std::string says(const std::string& literal) {
    return store_.would_say("INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', " +
                            literal + ")");
  }

  HandEditedStore store_;
};

TEST_F(Addresses, OfBothFamilies) {
  for (const char* good :
       {"0.0.0.0", "192.0.2.1", "255.255.255.255", "10.0.0.1", "::", "::1", "1::", "2001:db8::1",
        "2001:0db8:0000:0000:0000:0000:0000:0001", "1:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1::8",
        "fe80::1:2", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_EQ(says("'" + std::string(good) + "'"), "ok") << good;
  }
}

TEST_F(Addresses, AndNothingElse) {
  for (const char* bad : {"''",
                          "' '",
                          "'.'",
                          "'1'",
                          "'1.2.3'",
                          "'1.2.3.4.5'",
                          "'1.2.3.256'",
                          "'1.2.3.999999999999999999999'",
                          "'01.2.3.4'",
                          "'1.2.3.04'",
                          "'1..2.3'",
                          "'.1.2.3'",
                          "'1.2.3.'",
                          "'1.2.3.4 '",
                          "' 1.2.3.4'",
                          "'+1.2.3.4'",
                          "'-1.2.3.4'",
                          "'1e1.2.3.4'",
                          "'0x1.2.3.4'",
                          "'1,2,3,4'",
                          "'192.0.2.1/24'",
                          "'[::1]'",
                          "'localhost'",
                          "':'",
                          "':::'",
                          "'1'",
                          "'1:2:3:4:5:6:7'",
                          "'1:2:3:4:5:6:7:8:9'",
                          "'1:2:3:4::5:6:7:8'",
                          "'1::2::3'",
                          "'::1::'",
                          "':1:2:3:4:5:6:7'",
                          "'1:2:3:4:5:6:7:'",
                          "'1:2:3:4:5:6:7:8:'",
                          "'12345::'",
                          "'::00001'",
                          "'g::'",
                          "'::1%eth0'",
                          "'fe80::1%2'",
                          "'2001:DB8::1'",
                          "'::FFFF:1'",
                          "'::ffff:192.0.2.1'",
                          "'::192.0.2.1'",
                          "5",
                          "1.5",
                          "x'3a3a31'",
                          "'::1' || char(0)",
                          "'192.0.2.1' || char(0) || 'x'",
                          "'192.0.2.1' || char(10)",
                          "'::1' || char(10)"}) {
    EXPECT_EQ(says(bad), sentence) << bad;
  }
  EXPECT_EQ(says("NULL"), sentence);
  EXPECT_EQ(says("'192.0.2.1'), ('mail1.example.com', '192.0.2.1'"),
            "UNIQUE constraint failed: mail_addresses.server, mail_addresses.address");
}

/// Strings near the border: addresses of either family, most with a few characters put in, taken out or changed.
class NearlyAddresses {
 public:
  std::string next() {
    std::string text = below(2) == 0 ? ipv4() : ipv6();
    for (int edits = below(4); edits > 0; --edits)
      edit(text);
    return text;
  }

 private:
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  std::string ipv4() {
    std::string text;
    const int parts = below(8) == 0 ? 3 + below(3) : 4;
    for (int i = 0; i < parts; ++i)
      text += (i > 0 ? "." : "") + std::to_string(below(below(4) == 0 ? 300 : 256));
    return text;
  }

  std::string ipv6() {
    constexpr const char* digits = "0123456789abcdef";
    const int gap = below(4) == 0 ? -1 : below(9);
    const int groups = gap < 0 ? 7 + below(3) : below(9);
    std::string text;
    for (int i = 0; i < groups; ++i) {
      if (i == gap) text += i == 0 ? "::" : ":";
      for (int length = 1 + below(4); length > 0; --length)
        text += digits[below(16)];
      if (i + 1 < groups) text += ":";
    }
    if (gap >= groups) text += "::";
    return text;
  }

  void edit(std::string& text) {
    constexpr const char* characters = "0123456789abcdefABF:::...g %";
    const auto at = static_cast<std::size_t>(below(static_cast<int>(text.size()) + 1));
    const char c = characters[below(28)];
    switch (below(4)) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        text.insert(at, below(2) == 0 ? "::" : "00");
        break;
      case 2:
        if (at < text.size()) text.erase(at, 1);
        break;
      default:
        if (at < text.size()) text[at] = c;
    }
  }

  std::mt19937 random_{4711};
};

TEST_F(Addresses, AsInetPtonReadsThem) {
  NearlyAddresses nearly;
  std::set<std::string> tried;
  int ipv4 = 0;
  int ipv6 = 0;
  SQLite::Statement insert(store_.database(),
                           "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', ?)");
  while (tried.size() < 20'000) {
    const std::string text = nearly.next();
    if (!tried.insert(text).second) continue;
    std::string outcome = "ok";
    insert.bind(1, text);
    try {
      insert.exec();
    } catch (const SQLite::Exception& error) {
      outcome = error.what();
    }
    insert.tryReset();
    EXPECT_EQ(outcome, is_allowed(text) ? "ok" : std::string("CHECK constraint failed: ") + sentence) << text;
    (text.find(':') == std::string::npos ? ipv4 : ipv6) += is_allowed(text) ? 1 : 0;
  }
  EXPECT_GT(ipv4, 2000);
  EXPECT_GT(ipv6, 2000);
}

}  // namespace
}  // namespace mxbalance::db
