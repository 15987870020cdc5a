#include <nlohmann/json.hpp>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using Server = CommandLine;

TEST_F(Server, IsListedAndShown) {
  fill();
  run("server set mail1.example.com --health down --reason 'disk full'");
  expect({{"server list", 0,
           "SERVER             WEIGHT  STATE    HEALTH   ADDRESSES             POOLS    REASON\n"
           "mail1.example.com  70      enabled  down     10.0.0.1              inbound  disk full\n"
           "mail2.example.com  30      enabled  unknown  10.0.0.2,2001:db8::2  inbound\n",
           ""}});
  const std::string shown = run("server show mail2.example.com").out;
  EXPECT_TRUE(shown.starts_with(
      "server   mail2.example.com\nweight   30\nstate    enabled\nhealth   unknown\nreason   -\n"))
      << shown;
  EXPECT_TRUE(shown.ends_with("ADDRESS      HEALTH   REASON\n10.0.0.2     unknown\n2001:db8::2  unknown\n"))
      << shown;
  const auto json = nlohmann::json::parse(run("server show mail1.example.com --json").out);
  EXPECT_EQ(json["reason"], "disk full");
  EXPECT_EQ(json["addresses"][0]["address"], "10.0.0.1");
  EXPECT_EQ(nlohmann::json::parse(run("server list --json").out).size(), 2U);
}

TEST_F(Server, ChangesItsState) {
  fill();
  expect({
      {"server drain mail1.example.com --reason maintenance", 0,
       "mail1.example.com is now in the state drain\nmail1.example.com is safe to stop at TIME\n", ""},
      {"server disable mail2.example.com", exit_refused, "",
       "mail2.example.com is the last enabled member of the pool inbound, which is published at example.com (MX), "
       "and mail"
       " would have nowhere to go; enable or join another member first, or take the pool out with: mxbalance pool "
       "unpublish inbound NAME"},
      {"server enable mail1.example.com mail2.example.com", 0,
       "mail1.example.com is now in the state enabled\nmail2.example.com is now in the state enabled\n", ""},
      {"server disable mail2.example.com", 0,
       "mail2.example.com is now in the state disabled\nmail2.example.com is safe to stop at TIME\n", ""},
      {"server drain mail9.example.com", exit_refused, "",
       "there is no mail server mail9.example.com; add it with: mxbalance server add mail9.example.com --address "
       "ADDRESS"},
  });
}

TEST_F(Server, ChangesItsAddresses) {
  expect({
      {"server add mail1.example.com --address 10.0.0.1 --address 10.0.0.2", 0,
       "added the mail server mail1.example.com\n", ""},
      {"server set mail1.example.com --add-address 10.0.0.3 --remove-address 10.0.0.1", 0,
       "changed the mail server mail1.example.com\n", ""},
      {"server list", 0,
       "SERVER             WEIGHT  STATE    HEALTH   ADDRESSES          POOLS  REASON\n"
       "mail1.example.com  100     enabled  unknown  10.0.0.2,10.0.0.3  -\n",
       ""},
      {"server set mail1.example.com --address 2001:db8::9", 0, "changed the mail server mail1.example.com\n", ""},
      {"server list", 0,
       "SERVER             WEIGHT  STATE    HEALTH   ADDRESSES    POOLS  REASON\n"
       "mail1.example.com  100     enabled  unknown  2001:db8::9  -\n",
       ""},
      {"server remove mail1.example.com", 0, "removed the mail server mail1.example.com\n", ""},
      {"server list", 0, "SERVER  WEIGHT  STATE  HEALTH  ADDRESSES  POOLS  REASON\n", ""},
  });
}

TEST_F(Server, TakesThePlaceOfStaticRecords) {
  expect({
      {"zone add example.com --ns ns1.example.net", 0, "added the zone example.com\n", ""},
      {"zone records example.com add mail1.example.com A 10.0.0.9", 0, "added mail1.example.com A 10.0.0.9\n", ""},
      {"server add mail1.example.com --address 10.0.0.1", exit_refused, "",
       "at mail1.example.com stand static records: A 10.0.0.9; remove them first with: mxbalance zone records "
       "example.com"
       " remove mail1.example.com A, or in the same step with --replace"},
      {"server add mail1.example.com --address 10.0.0.1 --replace", 0,
       "added the mail server mail1.example.com in place of A 10.0.0.9\n", ""},
      {"zone records example.com add mail2.example.com CNAME host.example.net", 0,
       "added mail2.example.com CNAME host.example.net\n", ""},
      {"server add mail2.example.com --replace", exit_refused, "",
       "at mail2.example.com stands CNAME host.example.net, which has no address for the server to take, and the "
       "name "
       "would be without one; give its addresses with --address ADDRESS"},
      {"server add mail2.example.com --replace --address 10.0.0.2", 0,
       "added the mail server mail2.example.com in place of CNAME host.example.net\n", ""},
  });
}

}  // namespace
}  // namespace mxbalance::cli
