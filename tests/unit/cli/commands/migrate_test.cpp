#include <filesystem>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using MigrateCommand = CommandLine;

TEST_F(MigrateCommand, SaysWhatItDid) {
  expect({{"migrate", 0, "the database " + database_.path() + " is up to date\n", ""}});
  const std::string path = database_.path() + ".new";
  const Outcome outcome = run_line(path, "migrate");
  EXPECT_EQ(outcome.status, exit_done) << outcome.err;
  EXPECT_EQ(outcome.out, "created the database " + path + " (0001_schema)\n");
  EXPECT_EQ(run_line(path, "migrate").out, "the database " + path + " is up to date\n");
  for (const auto* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(path + suffix);
}

TEST_F(MigrateCommand, NamesWhatIsMissingAndPutsItBack) {
  database_.exec("DROP VIEW zone_serials; CREATE VIEW mine AS SELECT 1");
  const std::string& path = database_.path();
  const std::string same =
      "the database " + path + " is up to date\nthe view mine is not of mxbalance, and is left alone\n";
  const Outcome outcome = run_line(path, "migrate");
  EXPECT_EQ(outcome.status, exit_done) << "the service may start";
  EXPECT_EQ(outcome.out, same);
  EXPECT_EQ(outcome.err, "the view zone_serials is missing; run: mxbalance --db " + path + " migrate --repair\n");
  EXPECT_EQ(run_line(path, "migrate --repair").out, "copied the database as it was to " + path +
                                                        ".before-repair\nput back the view zone_serials\n" + same);
  EXPECT_EQ(run_line(path, "migrate").err, "");
}

TEST_F(MigrateCommand, SaysWhenTheFileCannotBeWritten) {
  const Outcome outcome = run_line("/nonexistent/mail.db", "migrate");
  EXPECT_EQ(outcome.status, exit_failed);
  EXPECT_TRUE(outcome.err.starts_with("mxbalance: ")) << outcome.err;
}

}  // namespace
}  // namespace mxbalance::cli
