#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using PoolNames = CommandLine;

TEST_F(PoolNames, ArePublishedAndTakenOut) {
  fill();
  expect({
      {"pool publish inbound Mail.example.com. --as a", 0,
       "the pool inbound is published at mail.example.com as A\n", ""},
      {"pool publish inbound example.org --as MX", exit_refused, "",
       "no zone here holds the name example.org; add the zone first, such as: mxbalance zone add example.org --ns "
       "NAME"},
      {"pool unpublish inbound example.com --as A", exit_refused, "",
       "the pool inbound is not published at example.com as A, but at example.com (MX) and mail.example.com (A)"},
      {"pool unpublish inbound example.com mail.example.com", 0,
       "the pool inbound is no longer published at example.com\nthe pool inbound is no longer published at "
       "mail.example.com\nnote: example.com has no MX record any more: no address stands there either, and mail "
       "bounces\n",
       ""},
  });
}

TEST_F(PoolNames, TakeThePlaceOfStaticRecordsInOneStep) {
  fill();
  expect({
      {"zone records example.com add x.example.com MX '10 old.example.net'", 0,
       "added x.example.com MX 10 old.example.net\n", ""},
      {"pool publish inbound x.example.com --as MX", exit_refused, "",
       "at x.example.com stand static records: MX 10 old.example.net; remove them first with: mxbalance zone "
       "records"
       " example.com remove x.example.com MX, or in the same step with --replace"},
      {"pool publish inbound x.example.com --as MX --replace", 0,
       "the pool inbound is published at x.example.com as MX\nin place of MX 10 old.example.net at "
       "x.example.com\n",
       ""},
      {"pool add outbound", 0, "added the pool outbound\n", ""},
      {"pool join outbound mail1.example.com", 0, "mail1.example.com is a member of the pool outbound\n", ""},
      {"pool publish outbound x.example.com --as MX --replace", 0,
       "the pool outbound is published at x.example.com as MX\nin place of the pool inbound at x.example.com\n",
       ""},
      {"pool publish inbound x.example.com --as MX --replace", 0,
       "the pool inbound is published at x.example.com as MX\nin place of the pool outbound at x.example.com\n",
       ""},
      {"zone records example.com add x.example.com MX '10 old.example.net'", exit_refused, "",
       "the pool inbound publishes MX at x.example.com, so no static MX record may stand there; change the pool's "
       "members, or"
       " take it out with: mxbalance pool unpublish inbound x.example.com --as MX"},
  });
}

TEST_F(PoolNames, OfBothKindsStandBesideEachOther) {
  fill();
  expect({
      {"pool publish inbound x.example.com --as MX", 0, "the pool inbound is published at x.example.com as MX\n",
       ""},
      {"pool publish inbound x.example.com --as A", 0, "the pool inbound is published at x.example.com as A\n",
       ""},
      {"pool unpublish inbound x.example.com --as A", 0,
       "the pool inbound is no longer published at x.example.com as A\n", ""},
      {"pool publish inbound x.example.com --as A", 0, "the pool inbound is published at x.example.com as A\n",
       ""},
  });
  const std::string shown = run("pool show inbound").out;
  EXPECT_TRUE(shown.ends_with("NAME           AS\nexample.com    MX\nx.example.com  MX\nx.example.com  A\n"))
      << shown;
}

TEST_F(PoolNames, ReplaceWhatIsPublishedAsTheSameKindOnly) {
  fill();
  expect({
      {"pool publish inbound x.example.com --as MX", 0, "the pool inbound is published at x.example.com as MX\n",
       ""},
      {"pool publish inbound x.example.com --as A", 0, "the pool inbound is published at x.example.com as A\n",
       ""},
      {"pool add outbound", 0, "added the pool outbound\n", ""},
      {"pool join outbound mail1.example.com", 0, "mail1.example.com is a member of the pool outbound\n", ""},
      {"pool publish outbound x.example.com --as A --replace", 0,
       "the pool outbound is published at x.example.com as A\nin place of the pool inbound at x.example.com\n",
       ""},
      {"zone records example.com add y.example.com MX '10 old.example.net'", 0,
       "added y.example.com MX 10 old.example.net\n", ""},
      {"zone records example.com add y.example.com A 10.0.0.9", 0, "added y.example.com A 10.0.0.9\n", ""},
      {"pool publish inbound y.example.com --as A --replace", 0,
       "the pool inbound is published at y.example.com as A\nin place of A 10.0.0.9 at y.example.com\n", ""},
  });
  const std::string shown = run("pool show inbound").out;
  EXPECT_TRUE(shown.ends_with("NAME           AS\nexample.com    MX\nx.example.com  MX\ny.example.com  A\n"))
      << shown;
  EXPECT_NE(run("zone records example.com").out.find("10 old.example.net\n"), std::string::npos);
}

}  // namespace
}  // namespace mxbalance::cli
