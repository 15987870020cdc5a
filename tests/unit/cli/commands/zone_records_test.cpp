#include <nlohmann/json.hpp>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

class ZoneRecords : public CommandLine {
 protected:
  void SetUp() override { ASSERT_EQ(run("zone add example.com --ns ns1.example.net").status, 0); }
};

TEST_F(ZoneRecords, AreAddedListedAndRemoved) {
  expect({
      {"zone records example.com add www.example.com a 10.0.0.1 --ttl 60", 0, "added www.example.com A 10.0.0.1\n",
       ""},
      {"zone records example.com add Example.com MX '10 Mail.example.com.'", 0,
       "added example.com MX 10 mail.example.com\n", ""},
      {"zone records example.com add example.com TXT 'v=spf1 -all'", 0, "added example.com TXT \"v=spf1 -all\"\n",
       ""},
  });
  const std::string listed = run("zone records example.com").out;
  EXPECT_TRUE(
      listed.starts_with("NAME             TTL   TYPE  CONTENT\n"
                         "example.com      3600  MX    10 mail.example.com\n"
                         "example.com      3600  NS    ns1.example.net\n"
                         "example.com      3600  SOA   ns1.example.net hostmaster.example.com "))
      << listed;
  EXPECT_TRUE(
      listed.ends_with("example.com      3600  TXT   \"v=spf1 -all\"\nwww.example.com  60    A     10.0.0.1\n"))
      << listed;
  EXPECT_EQ(run("zone records example.com list").out, listed);
  const auto json = nlohmann::json::parse(run("zone records example.com --json").out);
  EXPECT_EQ(json, nlohmann::json::parse(run("zone records example.com list --json").out));
  EXPECT_EQ(json[0]["content"], "10 mail.example.com");
  EXPECT_EQ(json[4]["ttl"], 60);
  expect({
      {"zone records example.com remove example.com mx '10 mail.example.com'", 0,
       "removed 1 record example.com MX\n", ""},
      {"zone records example.com remove example.com MX", exit_refused, "",
       "the zone example.com has no record example.com MX; see: mxbalance zone records example.com"},
  });
}

TEST_F(ZoneRecords, AreListedAsTheyAreServed) {
  database_.exec(
      "DELETE FROM records; INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
      " (1, 'a.example.com', 'A', '192.0.2.1', NULL, 0), (1, 'b.example.com', 'A', '192.0.2.2', '70 s', 0),"
      " (1, 'c.example.com', 'mx', 'mail.example.net', 2147483648, 10)");
  EXPECT_EQ(run("zone records example.com").out,
            "NAME           TTL   TYPE  CONTENT\n"
            "a.example.com  3600  A     192.0.2.1\n"
            "b.example.com  70    A     192.0.2.2\n"
            "c.example.com  0     MX    10 mail.example.net\n");
  EXPECT_EQ(nlohmann::json::parse(run("zone records example.com --json").out)[0]["ttl"], 3600);
}

TEST_F(ZoneRecords, KeepABackslashAtTheEndOfAText) {
  expect({
      {R"(zone records example.com add x.example.com TXT 'ends with \')", 0,
       R"(added x.example.com TXT "ends with \\")"
       "\n",
       ""},
      {R"(zone records example.com add x.example.com TXT '"open \"')", exit_refused, "",
       R"(PowerDNS cannot serve the TXT record ""open \"": a string has no closing quote: the content must be strings)"
       R"( in double quotes, such as "v=spf1 -all")"},
      {R"(zone records example.com remove x.example.com TXT '"ends with \\"')", 0,
       "removed 1 record x.example.com TXT\n", ""},
  });
}

TEST_F(ZoneRecords, AreRefusedWhenPowerDnsCannotServeThem) {
  expect({
      {"zone records example.com add www.example.com A 10.0.0.300", exit_refused, "",
       "PowerDNS cannot serve the A record \"10.0.0.300\": the content must be an IPv4 address such as 192.0.2.1"},
      {"zone records example.org add www.example.org A 10.0.0.3", exit_refused, "",
       "there is no zone example.org here; add it with: mxbalance zone add example.org --ns NAME"},
      {"zone records example.com add www A 10.0.0.3", exit_refused, "",
       "the name www lies outside the zone example.com; did you mean www.example.com?"},
  });
}

TEST_F(ZoneRecords, OfTextArePutIntoQuotesAndFitAMessage) {
  expect({
      {"zone records example.com add t.example.com TXT plain", exit_done, "added t.example.com TXT \"plain\"\n",
       ""},
      {"zone records example.com add t.example.com TXT \"" + std::string(64'000, 'x') + '"', exit_refused, "",
       "PowerDNS cannot serve the TXT record \"\"" + std::string(79, 'x') +
           "…\": the content takes 64251 octets: 64000 are allowed, for a DNS message has 65535 in all"},
  });
}

}  // namespace
}  // namespace mxbalance::cli
