#include "db/contents/record_content.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/long_names.h"

namespace mxbalance::db {
namespace {

using namespace std::string_literals;

/// Contents of one type, by what a real pdns_server 4.7.3 did when its SQLite backend gave them to it.
struct Verdicts {
  std::string type;
  std::vector<std::string> answered;
  std::vector<std::string> servfail;  ///< for every question at the owner name
};

std::vector<Verdicts> verdicts_on_addresses() {
  return {
      {"A",
       {"10.0.0.1", "10.0.0.1 ", " 10.0.0.1", "\t10.0.0.1", "10.0.0.1\t", "10.0.0.1\n", "10.0.0.1\r\n",
        "010.0.0.1", "0010.0.0.1", "10.0.0.08", "0.0.0.0", "255.255.255.255"},
       {"",          " ",          "1",          "10.0.0",      "10.0.0.",    "10.0.0.1.",         "10.0.0.1.1",
        "10..0.1",   ".10.0.0.1",  "10.0.0.256", "1000.0.0.1",  "10.0.0.1 x", "10.0.0.1 10.0.0.2", "10.0.0.+1",
        "10.0.0.-1", "10.0.0.0x1", "10.0.0.a",   "10.0.0.1/32", "::1",        R"(\# 4 0a000001)"}},
      {"AAAA",
       {"::1", "::", "2001:DB8::1", "2001:db8::1 ", "2001:db8::1\t", " ::1", "::1\r\n", "::ffff:1.2.3.4",
        "::1.2.3.4", "1:2:3:4:5:6:7:8"},
       {"", "10.0.0.1", "fe80::1%eth0", "::g", "::1.", "::1 x", "[::1]", "::1/128", "1::2::3",
        "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9"}},
  };
}

std::vector<Verdicts> verdicts_on_names() {
  return {
      {"NS",
       {"ns1.example.com", "ns1.example.com.", "ns1.example.com ", " ns1.example.com", "ns1.example.com\n", ".",
        "@", "*.example.com", R"(ns1\.example.com)", R"("ns1.example.com")", "ns1.ex\xc3\xa4mple.com"},
       {"", " ", "ns1 example.com", "ns1..example.com", ".ns1.example.com", "ns1.example.com..",
        R"(ns1\1.example.com)", R"(ns1\12.example.com)", "ns1.example.com\nns2.example.com"}},
      {"CNAME",
       {"www.example.com", " www.example.com", "www.example.com ", ".", R"(a\.b.example.com)", "a@b.example.com",
        label63() + ".example.com", name255()},
       {"", "www.example.com foo", "www.example.com\tx", "..", R"(a\)", R"(a b\)", R"(a\ b.example.com)",
        label63() + "a.example.com", name255() + "b"}},
      {"DNAME", {"x.example.org", "."}, {"", "a b", "x..org"}},
      {"PTR", {"host.example.com", "host.example.com.", "."}, {"", "a b", "h..x"}},
      {"MX",
       {"10 mail.example.com", "10 mail.example.com.", "10  mail.example.com", "10 mail.example.com ",
        "10 mail.example.com\t", "10 mail.example.com\r\n", "010 mail.example.com", "0 mail.example.com",
        "65535 mail.example.com", "10 .", "0 10", R"(10 m\097il.example.com)", R"(10 mail\032x.example.com)",
        R"(10 "mail.example.com")", "10 @"},
       {"", "10", "10 ", "65536 mail.example.com", "-1 mail.example.com", "+1 mail.example.com",
        "1.5 mail.example.com", "a mail.example.com", "10 mail..example.com", "10 mail.example.com extra",
        "10 ma il.example.com", R"(10 mail\ x.example.com)", "10 " + label63() + "a.example.com",
        R"(\# 4 000a0000)"}},
      {"SRV",
       {"0 5 5060 sip.example.com", "0 5 5060 sip.example.com.", "0 5 5060  sip.example.com",
        "0 5\t5060 sip.example.com", "0 0 0 .", "65535 65535 65535 sip.example.com"},
       {"", "0 5 5060", "5 5060 sip.example.com", "0 5 5060 sip.example.com x", "65536 5 5060 sip.example.com",
        "0 65536 5060 sip.example.com", "0 5 65536 sip.example.com", "0 -5 5060 sip.example.com",
        "0 x 5060 sip.example.com", "0 5 5060 sip..example.com", "0 5 5060 .sip"}},
      {"SOA",
       {"ns1.example.com hostmaster.example.com 1 2 3 4 5", "ns1.example.com. hostmaster.example.com. 1 2 3 4 5",
        "ns1.example.com  hostmaster.example.com  1  2 3 4 5", "ns1.example.com\thostmaster.example.com 1 2 3 4 5",
        " ns1.example.com hostmaster.example.com 1 2 3 4 5", "ns1.example.com hostmaster.example.com 1 2 3 4 5 ",
        "ns1.example.com hostmaster.example.com 01 2 3 4 5", "ns1.example.com hostmaster@example.com 1 2 3 4 5",
        R"(ns1.example.com host\.master.example.com 1 2 3 4 5)", ". . 0 0 0 0 0",
        "ns1.example.com hostmaster.example.com 4294967295 4294967295 4294967295 4294967295 4294967295"},
       {"", "ns1.example.com", "ns1.example.com hostmaster.example.com",
        "ns1.example.com hostmaster.example.com 1 2 3 4", "ns1.example.com hostmaster.example.com 1 2 3 4 5 6",
        "ns1.example.com hostmaster.example.com 1 1h 3 4 5", "ns1.example.com hostmaster.example.com x 2 3 4 5",
        "ns1.example.com hostmaster.example.com -1 2 3 4 5", "ns1.example.com hostmaster.example.com 1 2 3 4 +5",
        "ns1.example.com hostmaster.example.com 1 2 3 4 5x",
        "ns1.example.com hostmaster.example.com 4294967296 2 3 4 5",
        "ns1.example.com hostmaster.example.com 1 4294967296 3 4 5",
        "ns1.example.com hostmaster.example.com 1 2 3 4 4294967296",
        "ns1..example.com hostmaster.example.com 1 2 3 4 5", "ns1.example.com hostmaster..example.com 1 2 3 4 5"}},
  };
}

std::vector<Verdicts> verdicts_on_text() {
  return {
      {"TXT",
       {R"("hello")",
        "hello",
        "v=DKIM1; k=rsa; p=MIGf",
        "",
        " ",
        R"("")",
        R"("a" "b")",
        R"("a""b")",
        "\"a\"\t\"b\"",
        "\"a\"\n\"b\"",
        R"("a" )",
        "\"a\"\t",
        R"("a" b)",
        R"("a"x)",
        R"("a\"b")",
        R"("a\\b")",
        R"("a\300b")",
        R"("a\999b")",
        R"("a\1234")",
        R"(a\tb)",
        "\"a\nb\"",
        "\"\xc3\xa9\"",
        "\"" + std::string(300, 'x') + "\"",
        R"(\# 2 0161)"},
       {R"("hello)", R"(hello")",   R"( "a")",     "\t\"a\"",   R"("a"b")",  R"("a" b c)", R"("a" b"c)",
        R"("a" "b)", R"("a"x "b")", R"("a" -all)", R"("a\1b")", R"("a\12")", R"(a\1)",     R"(\)",
        R"("\")",    R"("end\")",   R"(a\)",       R"("a" b\)", R"("a"\)",   R"(a "b)"}},
      {"SPF",
       {R"("v=spf1 -all")", R"( "v=spf1 -all")", R"("v=spf1" "-all")", "\"v=spf1\t-all\"", "", "abc"},
       {"v=spf1 -all", R"("v=spf1" -all)", R"("v=spf1)"}},
      {"CAA",
       {R"(0 issue "letsencrypt.org")", R"(0 issue "")", R"(0 issue ";")", R"(0 issue "a;b=c")",
        R"(255 issue "x")", R"(0 ISSUE "x")", R"(0 issue9 "x")", R"(0  issue  "x")", "0\tissue \"x\"",
        R"(0 iodef "mailto:a@example.com")", R"(0 issue "x" y)", R"(0 issue "x" "y")", "0 issue \"x\"\t\"y\"",
        "0 issue", "0 issue ", "0 issue abc", R"(0 issue ")" + std::string(300, 'x') + "\""},
       {"", "0", "0 issue letsencrypt.org", "0 issue ;", R"(0 issue "x)", R"(256 issue "x")", R"(-1 issue "x")",
        R"(x issue "y")"}},
      {"TLSA",
       {"3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "3 1 1 E3B0", "3 1 1  e3b0",
        "3 1 1 e3b0 c442", "3 1 1 e3b0\tc4", "3\t1 1 e3b0", "3 1 1 e3b0 ", "255 255 255 e3", R"(3 1 1 "e3b0")",
        "3 1 1 e3-b0", "3 1 1 e3:b0:c4"},
       {"", "3 1 1", "3 1 e3b0", "3 1 1 xyz1", "3 1 1 0xe3", "3 1 1 e3b0 x", "256 1 1 e3", "3 256 1 e3",
        "3 1 256 e3b0", "-1 1 1 e3"}},
  };
}

void expect_the_same(const std::vector<Verdicts>& of_types) {
  for (const auto& verdicts : of_types) {
    for (const auto& content : verdicts.answered) {
      EXPECT_EQ(content_problem(verdicts.type, content), std::nullopt) << verdicts.type << " " << content;
    }
    for (const auto& content : verdicts.servfail) {
      const auto problem = content_problem(verdicts.type, content);
      EXPECT_TRUE(problem && problem->size() > 10) << verdicts.type << " " << content;
    }
  }
}

TEST(ContentProblem, AgreesWithPowerDnsOnAddresses) {
  expect_the_same(verdicts_on_addresses());
}

TEST(ContentProblem, AgreesWithPowerDnsOnNames) {
  expect_the_same(verdicts_on_names());
}

TEST(ContentProblem, AgreesWithPowerDnsOnText) {
  expect_the_same(verdicts_on_text());
}

// PowerDNS answers with these, but what it sends cannot be parsed: dig reports a malformed packet.
TEST(ContentProblem, IsFoundWherePowerDnsWouldSendAMalformedAnswer) {
  expect_the_same({
      {"CAA",
       {},
       {R"(0 "issue" "x")", R"(0 iss-ue "x")", R"(0 iss_ue "x")", R"(0 iss.ue "x")", "0\tissue\t\"x\""}},
      {"TLSA", {}, {"3 1 1 -", "3 1 1 :"}},
  });
}

/// A content that only some releases can parse.
struct OfSome {
  std::string type;
  std::string content;
  PowerDnsVersions parsed_by;
};

// Only 4.7 of these is at hand to be asked; what 5.x makes of them is from its sources and release notes.
TEST(ContentVerdict, TellsTheReleasesApart) {
  const std::vector<OfSome> contents = {
      {"HTTPS", "1 . alpn=h2 dohpath=/dns-query{?dns}", PowerDnsVersions::v5_1()},
      {"HTTPS", "1 . ohttp", PowerDnsVersions::v5_1()},
      {"SVCB", "1 . tls-supported-groups=29,23", PowerDnsVersions::v5_1()},
      {"SVCB", "1 . mandatory=dohpath dohpath=/q", PowerDnsVersions::v5_1()},
      {"SVCB", "1 . key8=x", PowerDnsVersions::to_5_0()},
      {"SVCB", R"(1 . port="443")", PowerDnsVersions::from_5_0()},
      {"HINFO", "a b", PowerDnsVersions::v5_1()},
      {"NAPTR", "100 50 s z3950 x .", PowerDnsVersions::v5_1()},
      {"URI", "10 1 https://example.com/", PowerDnsVersions::v5_1()},
      {"TXT", R"("a" -all)", PowerDnsVersions::v5_1()},
      {"RESINFO", R"("qnamemin")", PowerDnsVersions::v5_1()},
      {"WALLET", R"("ETH" "0x")", PowerDnsVersions::v5_1()},
      {"HHIT", "AAAA", PowerDnsVersions::v5_1()},
      {"BRID", "AAAA", PowerDnsVersions::v5_1()},
      {"NSEC", "b.example.com A HHIT", PowerDnsVersions::v5_1()},
      {"TYPE261", R"(\# 1 00)", PowerDnsVersions::to_5_0()},
      {"TLSA", "3 1 1 e3b", PowerDnsVersions::v4()},
      {"DS", "20642 8 2 e3b", PowerDnsVersions::v4()},
      {"NSEC3PARAM", "1 0 10 f00", PowerDnsVersions::v4()},
      {"LOC", "51.5 N 5 E 0m", PowerDnsVersions()},
      {"LOC", "51 60 0 N 5 0 0 E 0m", PowerDnsVersions::v4()},
      {"LOC", "91 0 0 N 5 0 0 E 0m", PowerDnsVersions::v4()},
      {"LOC", "51 59 0.000 N 5 55 0.000 E", PowerDnsVersions::all()},
  };
  for (const auto& [type, content, parsed_by] : contents) {
    const auto verdict = content_verdict(type, content);
    EXPECT_EQ(verdict.parsed_by, parsed_by) << type << " " << content << ": " << verdict.problem;
    EXPECT_EQ(verdict.problem.empty(), parsed_by == PowerDnsVersions::all()) << type << " " << content;
    if (parsed_by.empty()) continue;
    EXPECT_EQ(content_problem(type, content, parsed_by), std::nullopt) << type << " " << content;
    EXPECT_EQ(content_problem(type, content).has_value(), parsed_by != PowerDnsVersions::all()) << content;
  }
}

// The generic form is for types that PowerDNS knows by their number only.
TEST(ContentVerdict, TakesTheGenericFormForUnknownTypesOnly) {
  for (const std::string type : {"TYPE65534", "TYPE10", "TYPE65535", "A6", "ADDR", "MAILA"}) {
    EXPECT_EQ(content_problem(type, R"(\# 4 0a000001)"), std::nullopt) << type;
    EXPECT_EQ(content_problem(type, R"(\# 0)"), std::nullopt) << type;
    EXPECT_TRUE(content_problem(type, "10.0.0.1")) << type;
    EXPECT_TRUE(content_problem(type, R"(\# 3 0a000001)")) << type;
  }
  for (const std::string type : {"TYPE65", "TYPE257", "TYPE15", "TYPE1", "A", "MX", "CAA", "HTTPS"})
    EXPECT_TRUE(content_problem(type, R"(\# 4 0a000001)")) << type;
  EXPECT_EQ(content_problem("TYPE1", "10.0.0.1"), std::nullopt);
  EXPECT_EQ(content_problem("TYPE257", R"(0 issue "x")"), std::nullopt);
}

TEST(ContentProblem, IsATypeThatPowerDnsDoesNotKnow) {
  for (const std::string type : {"NOPE", "", "a", "Mx", "TYPE", "TYPEX", "TYPE-1", "TYPE65536", "ANY", "AXFR",
                                 "OPT", "NXT", "NULL", "A ", "WKS", "TYPE0", "TYPE255", "TSIG"}) {
    EXPECT_TRUE(content_problem(type, "10.0.0.1")) << type;
  }
}

TEST(ContentProblem, IsANulByteInAnyType) {
  for (const std::string type : {"A", "MX", "TXT", "HINFO", "TYPE65534"}) {
    EXPECT_TRUE(content_problem(type, "\"a\0b\""s)) << type;
  }
}

TEST(ContentProblem, SaysWhatIsWrong) {
  struct Sentence {
    std::string type;
    std::string content;
    std::string part;
  };
  const std::vector<Sentence> sentences = {
      {"HTTPS", "1 . dohpath=/q", "only PowerDNS 5.1 can parse it"},
      {"TLSA", "3 1 1 e3b", "only PowerDNS 4 can parse it"},
      {"A", "10.0.0", "an IPv4 address such as 192.0.2.1"},
      {"AAAA", "::g", "an IPv6 address such as 2001:db8::1"},
      {"MX", "10", "preference, name"},
      {"MX", "65536 mail", R"(the preference is "65536": it must be a whole number from 0 to 65535)"},
      {"MX", "10 a..b", R"(the name "a..b" has an empty label)"},
      {"NS", "a b", "one name"},
      {"SOA", "a b 1 2 3 4", "primary server, mailbox, serial, refresh, retry, expiry, minimum"},
      {"SOA", "a b x 2 3 4 5", R"(the serial is "x")"},
      {"SOA", "a b 1 2 3 4 x", R"(the minimum is "x")"},
      {"SRV", "0 x 1 a", R"(the weight is "x")"},
      {"SRV", "0 1 x a", R"(the port is "x")"},
      {"TXT", "\"a", "strings in double quotes"},
      {"CAA", "0 a-b \"x\"", R"(the tag is "a-b")"},
      {"CAA", "256 issue \"x\"", R"(the flags is "256")"},
      {"TLSA", "3 1 256 e3", R"(the matching type is "256": it must be a whole number from 0 to 255)"},
      {"TLSA", "3 1 1 xyz", R"("xyz" must be hexadecimal digits)"},
      {"NOPE", "x", R"(no type "NOPE")"},
  };
  for (const auto& [type, content, part] : sentences) {
    const auto problem = content_problem(type, content);
    ASSERT_TRUE(problem) << type << " " << content;
    EXPECT_NE(problem->find(part), std::string::npos) << *problem;
  }
}

TEST(ContentWithPriority, PutsThePreferenceInFront) {
  struct Row {
    std::string type;
    std::string priority;
    std::string content;
    std::string whole;
  };
  const std::vector<Row> rows = {
      {"MX", "10", "mail.example.com", "10 mail.example.com"},
      {"MX", "0", "mail.example.com", "0 mail.example.com"},
      {"MX", "65535", ".", "65535 ."},
      {"MX", "5", "10", "5 10"},  // a name of one label
      {"SRV", "1", "5 5060 sip.example.com", "1 5 5060 sip.example.com"},
      {"SRV", "0", "5 5060 sip.example.com", "0 5 5060 sip.example.com"},
      // Written into the content already.
      {"MX", "", "10 mail.example.com", "10 mail.example.com"},
      {"MX", "0", "10 mail.example.com", "10 mail.example.com"},
      {"MX", "20", "10 mail.example.com", "10 mail.example.com"},
      {"SRV", "", "1 5 5060 sip.example.com", "1 5 5060 sip.example.com"},
      {"SRV", "0", "1 5 5060 sip.example.com", "1 5 5060 sip.example.com"},
      {"SRV", "9", "1 5 5060 sip.example.com", "1 5 5060 sip.example.com"},
      // Types without one.
      {"A", "10", "10.0.0.1", "10.0.0.1"},
      {"TXT", "10", "\"x\"", "\"x\""},
      {"KX", "10", "20 a.example.com", "20 a.example.com"},
      {"A", "", "", ""},
  };
  for (const auto& [type, priority, content, whole] : rows) {
    EXPECT_EQ(content_with_priority(type, priority, content), whole) << type << " " << content;
    if (type != "A" || !content.empty()) {
      EXPECT_EQ(content_problem(type, whole), std::nullopt) << type << " " << whole;
    }
  }
}

TEST(SplitPriority, IsTheWayBack) {
  struct Row {
    std::string type;
    std::string whole;
    std::int64_t priority = 0;
    std::string content;
  };
  const std::vector<Row> rows = {
      {"MX", "10 mail.example.com", 10, "mail.example.com"},
      {"MX", "0 .", 0, "."},
      {"MX", "65535 mail.example.com", 65535, "mail.example.com"},
      {"MX", "010 mail.example.com", 10, "mail.example.com"},
      {"MX", " 10 \t mail.example.com", 10, "mail.example.com"},
      {"SRV", "1 5 5060 sip.example.com", 1, "5 5060 sip.example.com"},
      {"SRV", "1\t5  5060 sip.example.com", 1, "5  5060 sip.example.com"},
      {"A", "10.0.0.1", 0, "10.0.0.1"},
      {"TXT", "\"10 x\"", 0, "\"10 x\""},
      {"KX", "20 a.example.com", 0, "20 a.example.com"},
      {"CAA", "0 issue \"ca.example\"", 0, "0 issue \"ca.example\""},
  };
  for (const auto& [type, whole, priority, content] : rows) {
    ASSERT_EQ(content_problem(type, whole), std::nullopt) << whole;
    EXPECT_EQ(split_priority(type, whole), std::pair(priority, content)) << type << " " << whole;
    EXPECT_EQ(content_problem(type, content_with_priority(type, std::to_string(priority), content)), std::nullopt)
        << whole;
  }
}

TEST(ContentWithPriority, LeavesWhatIsWrongWrong) {
  struct Row {
    std::string type;
    std::string priority;
    std::string content;
  };
  const std::vector<Row> rows = {
      // No preference, which would else be served as the best one.
      {"MX", "", "mail.example.com"},
      {"MX", "abc", "mail.example.com"},
      {"MX", "10.5", "mail.example.com"},
      {"MX", "", "10"},
      {"SRV", "", "5 5060 sip.example.com"},
      {"SRV", "abc", "5 5060 sip.example.com"},
      {"MX", "-1", "mail.example.com"},
      {"MX", "65536", "mail.example.com"},
      {"MX", "10", ""},
      {"MX", "", ""},
      {"MX", "10", "mail..example.com"},
      {"MX", "10", "20 30 mail.example.com"},
      {"MX", "10", "65536 mail.example.com"},
      {"SRV", "70000", "5 5060 sip.example.com"},
      {"SRV", "1", "5060 sip.example.com"},
      {"SRV", "", "sip.example.com"},
  };
  for (const auto& [type, priority, content] : rows) {
    EXPECT_TRUE(content_problem(type, content_with_priority(type, priority, content))) << type << " " << content;
  }
}

// A larger one ends the transfer of its zone.
TEST(RecordContent, FitsIntoAMessage) {
  const auto problem = [](const std::string& type, const std::string& before, std::size_t size,
                          const std::string& after, char filling = 'a') {
    return content_problem(type, before + std::string(size, filling) + after);
  };
  EXPECT_EQ(problem("TXT", "\"", 63'700, "\""), std::nullopt);
  EXPECT_EQ(problem("TXT", "\"", 64'000, "\""),
            "the content takes 64251 octets: 64000 are allowed, for a DNS message has 65535 in all");
  EXPECT_EQ(problem("OPENPGPKEY", "", 84'000, ""), std::nullopt);
  EXPECT_NE(problem("OPENPGPKEY", "", 86'000, ""), std::nullopt);
  EXPECT_EQ(problem("TLSA", "3 1 0 ", 127'000, ""), std::nullopt);
  EXPECT_NE(problem("TLSA", "3 1 0 ", 129'000, ""), std::nullopt);
  EXPECT_EQ(problem("CERT", "1 2 3 ", 84'000, ""), std::nullopt);
  EXPECT_NE(problem("CERT", "1 2 3 ", 86'000, ""), std::nullopt);
  EXPECT_NE(problem("CAA", "0 issue \"", 65'000, "\""), std::nullopt);
  EXPECT_NE(problem("SVCB", "1 . key65000=", 65'000, ""), std::nullopt);
  EXPECT_EQ(problem("TYPE65534", R"(\# 64000 )", 128'000, ""), std::nullopt);
  EXPECT_NE(problem("TYPE65534", R"(\# 64001 )", 128'002, ""), std::nullopt);
}

}  // namespace
}  // namespace mxbalance::db
