#include <nlohmann/json.hpp>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using CheckCommand = CommandLine;

TEST_F(CheckCommand, SaysThatAllIsWell) {
  fill();
  expect({{"check", exit_done, "nothing found\n", ""}, {"check --json", exit_done, "[]\n", ""}});
}

TEST_F(CheckCommand, SaysWhatIsWrongAndWhatToDo) {
  fill();
  run("zone records example.com add example.com TXT 'v=spf1 mx -all'");
  expect({{"check", exit_refused,
           "name example.com (SPF): the mechanism mx expands to what the pool inbound answers at that moment, so "
           "a server that"
           " is drained, down or not picked fails SPF when it sends\n"
           "    name the servers' addresses with ip4: and ip6: instead\n"
           "1 finding\n",
           ""}});
  const Outcome outcome = run("check --json");
  EXPECT_EQ(outcome.status, exit_refused);
  const auto json = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["subject"], "name example.com (SPF)");
}

}  // namespace
}  // namespace mxbalance::cli
