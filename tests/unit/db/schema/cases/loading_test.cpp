// Bulk loads as people do them: real zone2sql output, through the real sqlite3 shell.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/schema/migrations_fixture.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

using testing::rows;
using testing::value;

constexpr const char* zone_file = R"($TTL 3600
@     IN SOA ns1 hostmaster 2024010101 3600 600 86400 60
      IN NS  ns1.example.net.
      IN MX  10 Mail1
      IN TXT "v=spf1 it's -all; \"quoted\""
Mail1 IN A   192.0.2.1
      IN AAAA 2001:db8::1
_25._tcp.mail1 IN TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
*.wild 60 IN A 192.0.2.2
sub   IN NS  ns.sub
ns.sub IN A  192.0.2.3
_sip._tcp IN SRV 0 5 5060 sip
)";

TEST(Loading, TakesWhatZone2sqlWrites) {
  const testing::TemporaryDirectory directory;
  const testing::TemporaryDatabase database;
  // Published and named first: the zone takes them when it comes.
  database.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'); INSERT INTO pools (name) VALUES ('p');"
      "INSERT INTO pool_members (pool, server) VALUES ('p', 'mail1.example.com');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('balanced.example.com', 'MX', 'p')");
  const std::string zone = directory.path() / "example.com.zone";
  std::ofstream(zone) << zone_file;
  for (const char* transactions : {"", " --transactions"}) {
    SCOPED_TRACE(transactions);
    const std::string load = "set -o pipefail; zone2sql --gsqlite --zone=" + zone + " --zone-name=example.com" +
                             transactions + " | sqlite3 -bail " + database.path();
    ASSERT_EQ(std::system(("bash -c '" + load + "'").c_str()), 0) << "are pdns-server and sqlite3 installed?";
    EXPECT_EQ(
        rows(database.path(), "SELECT name, type, content, ttl, prio, disabled, auth FROM records ORDER BY id"),
        (std::vector<std::string>{
            "example.com|SOA|ns1.example.com hostmaster.example.com 2024010101 3600 600 86400 60|3600|0|0|1",
            "example.com|NS|ns1.example.net|3600|0|0|1",
            "example.com|MX|Mail1.example.com|3600|10|0|1",
            "example.com|TXT|\"v=spf1 it's -all; \\\"quoted\\\"\"|3600|0|0|1",
            "mail1.example.com|A|192.0.2.1|3600|0|0|1",
            "mail1.example.com|AAAA|2001:db8::1|3600|0|0|1",
            "_25._tcp.mail1.example.com|TLSA|3 1 1 "
            "d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971|3600|0|0|1",
            "*.wild.example.com|A|192.0.2.2|60|0|0|1",
            "sub.example.com|NS|ns.sub.example.com|3600|0|0|1",
            "ns.sub.example.com|A|192.0.2.3|3600|0|0|1",
            "_sip._tcp.example.com|SRV|5 5060 sip.example.com|3600|0|0|1",
        }));
    EXPECT_EQ(value(database.path(), "SELECT count(*) FROM records r JOIN domains d ON d.id = r.domain_id"), "11");
    EXPECT_EQ(rows(database.path(),
                   "SELECT d.name FROM domains d JOIN mail_servers s ON s.domain_id = d.id JOIN pool_names n ON "
                   "n.domain_id = d.id"),
              std::vector<std::string>{"example.com"});
    database.exec(
        "UPDATE pool_names SET name = 'balanced.example.org'; DELETE FROM domains; UPDATE pool_names SET name = "
        "'balanced.example.com'");
    EXPECT_EQ(value(database.path(), "SELECT count(*) FROM records"), "0");
  }
}

/// The shell reports a refusal as a person reads it, and stops with -bail.
TEST(Loading, SaysTheSentenceInTheShell) {
  const testing::TemporaryDatabase database;
  const std::string command = "sqlite3 -bail " + database.path() +
                              " \"INSERT INTO mail_servers (name, weight) VALUES ('m1.example.com', 70000)\" 2>&1";
  std::string said;
  std::FILE* shell = ::popen(command.c_str(), "r");
  ASSERT_NE(shell, nullptr);
  for (int c = std::fgetc(shell); c != EOF; c = std::fgetc(shell))
    said += static_cast<char>(c);
  EXPECT_NE(::pclose(shell), 0);
  EXPECT_NE(said.find("mail_servers.weight must be a whole number from 0 to 65535"), std::string::npos) << said;
}

}  // namespace
}  // namespace mxbalance::db
