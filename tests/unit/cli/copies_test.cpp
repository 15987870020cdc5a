#include <filesystem>

#include "backend/cli/context.h"
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
      {"restore " + copy, 0, "restored the database " + database_.path() + " from " + copy + "\n", ""},
      {"zone remove one.example", 0, "removed the zone one.example with 2 records\n", ""},
      {"backup " + copy, exit_refused, "", "there is a file " + copy + " already: name a new one"},
      {"restore /nonexistent/mail.db", exit_failed, "",
       "cannot open the database /nonexistent/mail.db: No such file or directory; create it with: mxbalance --db "
       "/nonexistent/mail.db migrate"},
      {"restore", exit_usage, "", "FILE is required; see: mxbalance restore --help"},
  });
}

}  // namespace
}  // namespace mxbalance::cli
