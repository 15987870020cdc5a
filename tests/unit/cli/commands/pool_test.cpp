#include <nlohmann/json.hpp>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using Pool = CommandLine;

TEST_F(Pool, IsListedAndShown) {
  fill();
  run("server drain mail1.example.com");
  expect({
      {"pool list", 0,
       "POOL     TTL  MX POLICY  ADDRESS POLICY  MEMBERS  PUBLISHED\n"
       "inbound  60   auto       auto            2        1\n",
       ""},
      {"pool show inbound", 0,
       "pool            inbound\n"
       "ttl             60\n"
       "MX policy       auto\n"
       "address policy  auto\n"
       "max addresses   8\n"
       "min live        1\n"
       "slow start      0\n"
       "\n"
       "who would be answered now:\n"
       "SERVER             PREFERENCE  WEIGHT  MX   A    AAAA  WHY\n"
       "mail1.example.com  10          70      no   no   -     draining\n"
       "mail2.example.com  10          30      yes  yes  yes\n"
       "\n"
       "published at 1 name:\n"
       "NAME         AS\n"
       "example.com  MX\n",
       ""},
  });
  const auto json = nlohmann::json::parse(run("pool show inbound --json").out);
  EXPECT_EQ(json["members"][0]["why"], "draining");
  EXPECT_EQ(json["published"][0]["name"], "example.com");
  EXPECT_EQ(nlohmann::json::parse(run("pool list --json").out)[0]["members"], 2);
}

TEST_F(Pool, ShowsTheFirstNamesAndTheirNumber) {
  fill();
  std::string line = "pool publish inbound --as MX";
  for (int i = 10; i < 40; ++i)
    line += " d" + std::to_string(i) + ".example.com";
  ASSERT_EQ(run(line).status, 0);
  const std::string shown = run("pool show inbound").out;
  EXPECT_NE(shown.find("published at 31 names:\n"), std::string::npos) << shown;
  EXPECT_TRUE(shown.ends_with("d29.example.com  MX\nand 11 more; --json shows all\n")) << shown;
  EXPECT_EQ(nlohmann::json::parse(run("pool show inbound --json").out)["published"].size(), 31U);
}

TEST_F(Pool, IsMadeChangedAndRemoved) {
  expect({
      {"pool add inbound --ttl 30 --mx-policy ranked --address-policy subset --max-addresses 2 --min-live 3", 0,
       "added the pool inbound\n", ""},
      {"pool set inbound --ttl 90", 0, "changed the pool inbound\n", ""},
      {"pool show inbound", 0,
       "pool            inbound\n"
       "ttl             90\n"
       "MX policy       ranked\n"
       "address policy  subset\n"
       "max addresses   2\n"
       "min live        3\n"
       "slow start      0\n"
       "\n"
       "no members\n"
       "\n"
       "not published\n",
       ""},
      {"pool remove inbound", 0, "removed the pool inbound\n", ""},
      {"pool show inbound", exit_refused, "", "there is no pool inbound; add it with: mxbalance pool add inbound"},
  });
}

TEST_F(Pool, IsNotRemovedWhileItIsPublished) {
  fill();
  expect(
      {{"pool remove inbound", exit_refused, "",
        "the pool inbound is in use: it is published at example.com (MX); take it out first with: mxbalance pool"
        " unpublish inbound NAME"}});
}

}  // namespace
}  // namespace mxbalance::cli
