#include <filesystem>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using CopyCommands = CommandLine;

TEST_F(CopyCommands, CopyAndRestore) {
  const std::string copy = database_.path() + ".copy";
  run("zone add one.example --ns ns1.example.net");
  expect({
      {"backup " + copy, 0, "copied the database " + database_.path() + " to " + copy + "\n", ""},
      {"zone remove one.example", 0, "removed the zone one.example with 2 records\n", ""},
      {"restore " + copy, 0,
       "copied the database as it was to " + database_.path() + ".before-restore\nrestored the database " +
           database_.path() + " from " + copy + "\n",
       ""},
      {"zone add two.example --ns ns1.example.net", 0, "added the zone two.example\n", ""},
      {"restore " + copy, exit_refused, "",
       "restoring would take away from the database " + database_.path() +
           " what the copy does not have: 1 zone (two.example); if that is meant, give --force"},
      {"restore --force " + copy, 0,
       "copied the database as it was to " + database_.path() + ".before-restore.2\nrestored the database " +
           database_.path() + " from " + copy + "\n",
       ""},
      {"zone remove one.example", 0, "removed the zone one.example with 2 records\n", ""},
      {"backup " + copy, exit_refused, "", "there is a file " + copy + " already: name a new one"},
      {"restore /nonexistent/mail.db", exit_refused, "",
       "cannot open the copy /nonexistent/mail.db: No such file or directory; name a file that `backup` made"},
      {"restore", exit_usage, "", "FILE is required; see: mxbalance restore --help"},
  });
}

}  // namespace
}  // namespace mxbalance::cli
