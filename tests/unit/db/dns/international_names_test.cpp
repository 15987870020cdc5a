#include "db/dns/international_names.h"

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

struct GivenName {
  std::string_view given;
  std::string_view name;
};

TEST(GivenName, HasALabelsForLettersOutsideAscii) {
  constexpr GivenName spellings[] = {
      {"münchen.example", "xn--mnchen-3ya.example"},
      {"MÜNCHEN.Example.", "xn--mnchen-3ya.example"},
      {"mu\u0308nchen.example", "xn--mnchen-3ya.example"},  // not composed (NFD)
      {"straße.example", "xn--strae-oqa.example"},          // not strasse: non-transitional
      {"βόλος.example", "xn--nxasmm1c.example"},
      {"日本語。jp", "xn--wgv71a119e.jp"},
      {"ｅｘａｍｐｌｅ.com", "example.com"},
      {"exam\u00adple.com", "example.com"},  // a soft hyphen, as pasted from a text
      {"_dmarc.münchen.example", "_dmarc.xn--mnchen-3ya.example"},
      {"*.münchen.example", "*.xn--mnchen-3ya.example"},
      {R"(a\.b\195.münchen.example)", R"(a\.b\195.xn--mnchen-3ya.example)"},
      {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example"},
      {"XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example"},
      // In ASCII, a name is what it is.
      {"_25._tcp.Mail1.example.com.", "_25._tcp.mail1.example.com"},
      {R"(m\195\188nchen.example)", R"(m\195\188nchen.example)"},
      {R"(a\ b.example)", R"(a\032b.example)"},
      {R"(it's"so".example)", R"(it's"so".example)"},
      {R"(\"a")", R"("a")"},
      {".", "."},
  };
  for (const auto& [given, name] : spellings)
    EXPECT_EQ(canonical_given_name(given), name) << given;
}

TEST(GivenName, RefusesWhatIsNoInternationalName) {
  struct Case {
    std::string_view given;
    std::string_view problem;
  };
  using namespace std::string_view_literals;
  const std::string long_label = "ö" + std::string(62, 'o');
  const Case cases[] = {
      {"i💩.example",
       "the label \"i💩\" is in no internationalized domain name (IDNA2008): string contains a disallowed"},
      {"☃.example", "disallowed character"},
      {"m\xfcnchen.example",
       "the label \"m?nchen\" is in no internationalized domain name (IDNA2008): string encoding error"},
      {"m\xc3", "encoding error"},
      {"-ü.example", "hyphen"},
      {"ab--ü.example", "hyphen"},
      {"xn--ü.example", "punycode"},
      {"אa.example", "bi-directional"},
      {"_ü.example", "only letters, digits and hyphens"},
      {"＿dmarc.example", "only letters, digits and hyphens"},
      {"＊.example", "only letters, digits and hyphens"},
      {"＃a.example", "only letters, digits and hyphens"},
      {"a\u00a0b.example", "only letters, digits and hyphens"},
      {"*ü.example", "internationalized"},
      {"ü@x.example", "internationalized"},
      {R"(a\.ü.example)", "an escape stands beside letters outside ASCII"},
      {"ü\\", "an escape stands beside letters outside ASCII"},
      {long_label, "too"},
      {"ü..example", "empty label"},
      {"ü.。example", "empty label"},
      {"\u200b.example", "empty label"},
      {".ü", "empty label"},
      {"", "empty label"},
      {"ü\0.example"sv, "it holds a NUL byte"},
      {"ü b.example", "internationalized"},
      {"a\\", "broken escape"},
  };
  for (const auto& [given, problem] : cases) {
    try {
      const std::string name = canonical_given_name(given);
      ADD_FAILURE() << given << " became " << name;
    } catch (const InvalidName& error) {
      EXPECT_NE(std::string_view(error.what()).find(problem), std::string_view::npos)
          << given << ": " << error.what();
    }
  }
}

TEST(GivenContent, HasItsNamesInAscii) {
  struct Case {
    std::string_view type;
    std::string_view given;
    std::string_view content;
  };
  constexpr Case cases[] = {
      {"MX", "10 mail.münchen.example.", "10 mail.xn--mnchen-3ya.example"},
      {"CNAME", "münchen.example", "xn--mnchen-3ya.example"},
      {"SRV", "0 5 25\tMünchen.example", "0 5 25\txn--mnchen-3ya.example"},
      {"SOA", "ns1.münchen.example admin\\.x.münchen.example 1 2 3 4 5",
       "ns1.xn--mnchen-3ya.example admin\\.x.xn--mnchen-3ya.example 1 2 3 4 5"},
      {"NAPTR", R"(10 100 "S" "ü" "" _sip.münchen.example)", R"(10 100 "S" "ü" "" _sip.xn--mnchen-3ya.example)"},
      {"CAA", R"(0 issue "ü \" ü")", R"(0 issue "ü \" ü")"},
      {"TXT", "v=spf1 -all ü", "v=spf1 -all ü"},
      {"SPF", "ü", "ü"},
      {"MX", "10  Mail.Example.COM.", "10  Mail.Example.COM."},
  };
  for (const auto& [type, given, content] : cases)
    EXPECT_EQ(given_content(type, given), content) << given;
  EXPECT_THROW((void)given_content("MX", "10 💩.example"), InvalidName);
}

TEST(InternationalSpelling, IsOfNamesThatHoldUtf8) {
  EXPECT_EQ(international_spelling("münchen.example"), "xn--mnchen-3ya.example");
  EXPECT_EQ(international_spelling(R"(www.M\195\188nchen.example.)"), "www.xn--mnchen-3ya.example");
  EXPECT_EQ(international_spelling(R"(a\.b.m\195\188nchen.example)"), R"(a\.b.xn--mnchen-3ya.example)");
  for (const auto* name : {"example.com", ".", "", "m\xfcnchen.example", R"(m\252nchen.example)", R"(a\127)",
                           R"(a\\195\\188.example)", R"(\240\159\146\169.example)", R"(broken\19)"}) {
    EXPECT_EQ(international_spelling(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace mxbalance::db
