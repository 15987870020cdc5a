#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using PoolMembers = CommandLine;

TEST_F(PoolMembers, JoinChangeAndLeave) {
  fill();
  expect({
      {"pool join inbound mail2.example.com --preference 20 --weight 5", 0,
       "mail2.example.com is a member of the pool inbound\n", ""},
      {"pool leave inbound mail1.example.com mail2.example.com", exit_refused, "",
       "mail2.example.com is the last enabled member of the pool inbound, which is published at example.com (MX), "
       "and mail"
       " would have nowhere to go; enable or join another member first, or take the pool out with: mxbalance pool "
       "unpublish inbound NAME"},
      {"pool leave inbound mail1.example.com", 0,
       "mail1.example.com has left the pool inbound\nmail1.example.com is safe to stop at TIME\n", ""},
      {"pool join inbound mail2.example.com --server-weight", 0,
       "mail2.example.com is a member of the pool inbound\n", ""},
      {"pool join inbound mail2.example.com --server-weight --weight 7", exit_usage, "",
       "--weight excludes --server-weight; see: mxbalance pool join --help"},
      {"pool join inbound mail2.example.com --preference 65536", exit_usage, "",
       "--preference must be a whole number from 0 to 65535, not \"65536\"; see: mxbalance pool join --help"},
      {"pool join inbound mail9.example.com", exit_refused, "",
       "there is no mail server mail9.example.com; add it with: mxbalance server add mail9.example.com --address "
       "ADDRESS"},
  });
  EXPECT_NE(run("pool show inbound").out.find("mail2.example.com  20          30"), std::string::npos);
}

TEST_F(PoolMembers, LeaveAsTheLastLiveOneByForceOnly) {
  fill();
  run("server health mail2.example.com down --reason 'disk full'");
  EXPECT_NE(run("pool leave inbound mail1.example.com").err.find("mail1.example.com is the last live server"),
            std::string::npos);
  expect({{"pool leave inbound mail1.example.com --force", 0,
           "mail1.example.com has left the pool inbound\nmail1.example.com is safe to stop at TIME\n", ""}});
}

}  // namespace
}  // namespace mxbalance::cli
