#include "backend/cli/cli.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using Cli = CommandLine;

TEST_F(Cli, DoesWhatTheReadmeSays) {
  expect({
      {"zone add yourdomain.com --ns ns1.yourdomain.com --ns ns2.yourdomain.com", 0,
       "added the zone yourdomain.com\n",
       "note: the name server ns1.yourdomain.com has no address yet; add it with: mxbalance zone records "
       "yourdomain.com add"
       " ns1.yourdomain.com A ADDRESS\n"
       "mxbalance: note: the name server ns2.yourdomain.com has no address yet; add it with: mxbalance zone "
       "records"
       " yourdomain.com add ns2.yourdomain.com A ADDRESS"},
      {"zone records yourdomain.com add ns1.yourdomain.com A 192.0.2.53", 0,
       "added ns1.yourdomain.com A 192.0.2.53\n", ""},
      {"zone records yourdomain.com add ns2.yourdomain.com A 192.0.2.54", 0,
       "added ns2.yourdomain.com A 192.0.2.54\n", ""},
      {"server add mail1.yourdomain.com --address 10.0.0.1 --weight 70", 0,
       "added the mail server mail1.yourdomain.com\n", ""},
      {"server add mail2.yourdomain.com --address 10.0.0.2 --address 2001:db8::2 --weight 30", 0,
       "added the mail server mail2.yourdomain.com\n", ""},
      {"pool add inbound --ttl 60", 0, "added the pool inbound\n", ""},
      {"pool join inbound mail1.yourdomain.com mail2.yourdomain.com", 0,
       "mail1.yourdomain.com is a member of the pool inbound\nmail2.yourdomain.com is a member of the pool "
       "inbound\n",
       ""},
      {"pool publish inbound yourdomain.com --as MX", 0, "the pool inbound is published at yourdomain.com as MX\n",
       ""},
      {"pool publish inbound mail.yourdomain.com --as A", 0,
       "the pool inbound is published at mail.yourdomain.com as A\n", ""},
      {"server drain mail1.yourdomain.com", 0,
       "mail1.yourdomain.com is now in the state drain\nmail1.yourdomain.com is safe to stop at TIME\n", ""},
      {"check", 0, "nothing found\n", ""},
  });
}

TEST_F(Cli, RefusesWrongCommandLines) {
  struct Case {
    const char* line;
    const char* err;
  };
  constexpr Case cases[] = {
      {"", "a subcommand is required; see: mxbalance --help"},
      {"nonsense", "the argument \"nonsense\" was not expected here; see: mxbalance --help"},
      {"zone", "a subcommand is required; see: mxbalance zone --help"},
      {"zone nonsense", "the argument \"nonsense\" was not expected here; see: mxbalance zone --help"},
      {"zone add", "--ns is required, or --secondary-of; see: mxbalance zone add --help"},
      {"zone add example.com", "--ns is required, or --secondary-of; see: mxbalance zone add --help"},
      {"zone add example.com --secondary-of 192.0.2.1 --ns ns1.example.net",
       "--secondary-of takes no --ns, --hostmaster, --kind or --ttl: the primary has them; see: mxbalance zone "
       "add "
       "--help"},
      {"zone add example.com --secondary-of 192.0.2.1 --kind SLAVE",
       "--secondary-of takes no --ns, --hostmaster, --kind or --ttl: the primary has them; see: mxbalance zone "
       "add "
       "--help"},
      {"zone add example.com --secondary-of 192.0.2.1 --hostmaster a@b.example",
       "--secondary-of takes no --ns, --hostmaster, --kind or --ttl: the primary has them; see: mxbalance zone "
       "add "
       "--help"},
      {"zone add example.com --secondary-of 192.0.2.1 --ttl 0",
       "--secondary-of takes no --ns, --hostmaster, --kind or --ttl: the primary has them; see: mxbalance zone "
       "add "
       "--help"},
      {"zone list --jsn", "the argument \"--jsn\" was not expected here; see: mxbalance zone list --help"},
      {"version 2", "the argument \"2\" was not expected here; see: mxbalance version --help"},
      {"zone list --db", "--db: 1 required FILE missing; see: mxbalance zone list --help"},
      {"zone records example.com add www.example.com MX 10 mail.example.com",
       "the argument \"mail.example.com\" was not expected here; see: mxbalance zone records ZONE add --help"},
  };
  for (const auto& [line, err] : cases)
    expect({{line, exit_usage, "", err}});
}

TEST_F(Cli, TakesOnlyPathsForDatabases) {
  const auto sentence = [](const std::string& name, const std::string& what) {
    return "mxbalance: " + name + " is not allowed: SQLite takes it for " + what +
           ", and the path of a file is needed; a file of that name has the path ./" + name + "\n";
  };
  const std::string uri = "file:none.db?mode=memory";
  for (const auto* command : {"migrate", "check", "backup none.copy", "restore none.copy", "zone list"}) {
    for (const auto& [name, what] :
         {std::pair<std::string, std::string>{":memory:", "a database in memory"}, {uri, "a URI"}}) {
      const Outcome outcome = run_line(name, command);
      EXPECT_EQ(outcome.status, exit_refused) << command;
      EXPECT_EQ(outcome.err, sentence(name, what)) << command;
      EXPECT_FALSE(std::filesystem::remove(name)) << "nothing is left";
    }
  }
  EXPECT_EQ(run("backup " + uri).err, sentence(uri, "a URI"));
  EXPECT_EQ(run("restore :memory:").err, sentence(":memory:", "a database in memory"));
}

TEST_F(Cli, HelpsEveryCommand) {
  for (const auto* command : {"migrate",
                              "check",
                              "version",
                              "zone add",
                              "zone list",
                              "zone show",
                              "zone set",
                              "zone remove",
                              "zone records",
                              "zone records ZONE list",
                              "zone records ZONE add",
                              "zone records ZONE remove",
                              "server add",
                              "server list",
                              "server show",
                              "server set",
                              "server enable",
                              "server drain",
                              "server disable",
                              "server remove",
                              "pool add",
                              "pool list",
                              "pool show",
                              "pool set",
                              "pool join",
                              "pool leave",
                              "pool publish",
                              "pool unpublish",
                              "pool remove"}) {
    const Outcome outcome = run(std::string(command) + " --help");
    EXPECT_EQ(outcome.status, 0) << command;
    EXPECT_EQ(outcome.err, "") << command;
    EXPECT_NE(outcome.out.find("Usage: mxbalance " + std::string(command)), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("Examples:\n  mxbalance "), std::string::npos) << command;
    EXPECT_NE(outcome.out.find("Exit status: 0"), std::string::npos) << command;
  }
  for (const auto* group : {"zone", "server", "pool"})
    EXPECT_EQ(run(std::string(group) + " --help").status, 0);
  EXPECT_NE(run("--help").out.find("64  the command line is wrong"), std::string::npos);
}

TEST_F(Cli, TakesTheDatabaseBeforeAndAfterTheCommand) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(cli::run({"pool", "add", "inbound", "--db", database_.path()}, out, err), exit_done) << err.str();
  EXPECT_EQ(cli::run({"pool", "--db", database_.path(), "remove", "inbound"}, out, err), exit_done) << err.str();
}

TEST_F(Cli, TakesTheDatabaseFromTheEnvironment) {
  ASSERT_EQ(setenv("MXBALANCE_DB", database_.path().c_str(), 1), 0);
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(cli::run({"pool", "add", "inbound"}, out, err), exit_done) << err.str();
  EXPECT_EQ(cli::run({"--db", "/nonexistent/mail.db", "pool", "list"}, out, err), exit_failed)
      << "--db goes first";
  unsetenv("MXBALANCE_DB");
}

TEST_F(Cli, SaysWhenTheDatabaseCannotBeRead) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(cli::run({"--db", "/nonexistent/mail.db", "zone", "list"}, out, err), exit_failed);
  EXPECT_EQ(err.str(),
            "mxbalance: cannot open the database /nonexistent/mail.db: No such file or directory; create it with: "
            "mxbalance"
            " --db /nonexistent/mail.db migrate\n");
  EXPECT_EQ(cli::run({"--db", "/nonexistent/mail.db", "check"}, out, err), exit_failed)
      << "not 1: nothing was checked";
  EXPECT_EQ(out.str(), "");
}

TEST_F(Cli, ChangesAllOrNothing) {
  fill();
  EXPECT_EQ(run("server drain mail1.example.com mail2.example.com").status, exit_refused)
      << "the second is the last";
  EXPECT_EQ(run("pool show inbound").out.find("drain"), std::string::npos) << "the first is not drained";
}

TEST_F(Cli, PrintsItsVersion) {
  EXPECT_TRUE(run("version").out.starts_with("mxbalance "));
}

}  // namespace
}  // namespace mxbalance::cli
