#include "db/contents/stored_content.h"

#include <string>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

TEST(StoredContents, AreAsPowerDnsStoresThem) {
  struct Case {
    const char* type;
    const char* content;
    const char* stored;  ///< priority and content
  };
  constexpr Case cases[] = {
      {"A", "10.0.0.1", "0 10.0.0.1"},
      {"AAAA", "2001:DB8:0::1", "0 2001:db8::1"},
      {"MX", "10 Mail.Example.com.", "10 mail.example.com"},
      {"MX", "0 .", "0 ."},
      {"SRV", "1 5 25 Mail.Example.com.", "1 5 25 mail.example.com"},
      {"NS", "NS1.example.net.", "0 ns1.example.net"},
      {"CNAME", "Www.example.com", "0 www.example.com"},
      {"TXT", R"(a\b "c")", R"(0 "a\\b \"c\"")"},
      {"TXT", "v=spf1 -all", "0 \"v=spf1 -all\""},
      {"TXT", "say \"hi\"", "0 \"say \\\"hi\\\"\""},
      {"TXT", "\"one\" \"two\"", "0 \"one\" \"two\""},
      {"CAA", "0 issue \"ca.example\"", "0 0 issue \"ca.example\""},
  };
  for (const auto& [type, content, expected] : cases) {
    const StoredContent stored = stored_content(type, content);
    EXPECT_EQ(std::to_string(stored.priority) + " " + stored.content, expected) << type << " " << content;
  }
  const StoredContent longest = stored_content("TXT", std::string(300, 'x'));
  EXPECT_EQ(longest.content, "\"" + std::string(255, 'x') + "\" \"" + std::string(45, 'x') + "\"");
}

}  // namespace
}  // namespace mxbalance::db
