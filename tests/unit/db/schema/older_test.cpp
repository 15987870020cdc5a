// Every older schema, with a little of everything in it, is brought up to date: nothing is lost, and a copy is
// kept.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include "db/schema/embedded_migrations.h"
#include "db/schema/migrations.h"
#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> older_schemas() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(fs::path(MXBALANCE_SOURCE_DIR) / "tests/unit/db/schema/older"))
    found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string load(const fs::path& dump, const fs::path& directory) {
  const std::string path = (directory / "mail.db").string();
  std::ifstream file(dump);
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(std::string(std::istreambuf_iterator<char>(file), {}));
  return path;
}

/// All rows of what people wrote, in one text.
std::string contents(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READONLY);
  std::string text;
  for (const std::string sql :
       {"SELECT id, name, type, master, last_check, account FROM domains",
        "SELECT domain_id, name, type, content, ttl, prio FROM records",
        "SELECT domain_id, kind, content FROM domainmetadata",
        "SELECT domain_id, flags, active, content FROM cryptokeys", "SELECT name, algorithm, secret FROM tsigkeys",
        "SELECT ip, nameserver, account FROM supermasters", "SELECT domain_id, name, comment FROM comments",
        "SELECT name, weight, state, health, reason, ttl FROM mail_servers",
        "SELECT server, address, health FROM mail_addresses",
        "SELECT name, ttl, mx_policy, max_addresses, min_live FROM pools",
        "SELECT pool, server, preference, weight FROM pool_members", "SELECT name, kind, pool FROM pool_names"}) {
    const std::string table = sql.substr(sql.find("FROM ") + 5);
    if (!database.tableExists(table)) continue;
    SQLite::Statement rows(database, sql + " ORDER BY 1, 2, 3");
    while (rows.executeStep()) {
      text += table;
      for (int i = 0; i < rows.getColumnCount(); ++i)
        text += " | " + rows.getColumn(i).getString();
      text += "\n";
    }
  }
  return text;
}

TEST(OlderSchemas, EachMigrationHasItsFixture) {
  EXPECT_EQ(older_schemas().size(), embedded_migrations().size())
      << "keep a dump of a database that the last migration made, with data, in tests/unit/db/schema/older";
}

TEST(OlderSchemas, AreMigratedWithoutLoss) {
  for (const auto& dump : older_schemas()) {
    SCOPED_TRACE(dump.string());
    const testing::TemporaryDirectory directory;
    const std::string path = load(dump, directory.path());
    const std::string before = contents(path);
    EXPECT_NE(before.find("ns1.older.example"), std::string::npos);

    const auto report = migrate(path);
    EXPECT_EQ(contents(path).substr(0, before.size()), before);
    EXPECT_NO_THROW(Connection(path, Connection::Mode::reading));

    const bool is_current = dump == older_schemas().back();
    EXPECT_EQ(report.backup.empty(), is_current);
    if (is_current) continue;
    EXPECT_EQ(contents(report.backup), before);
    EXPECT_EQ(fs::status(report.backup).permissions(), fs::perms(0600));
  }
}

TEST(OlderSchemas, AreMigratedWithRowsThatBreakTheirRules) {
  const testing::TemporaryDirectory directory;
  const std::string path = load(older_schemas().at(6), directory.path());
  SQLite::Database(path, SQLite::OPEN_READWRITE)
      .exec(
          "PRAGMA ignore_check_constraints = ON; INSERT INTO mail_servers (name, probe) VALUES ('a b', 'odd');"
          "INSERT INTO mail_addresses (server, address) VALUES ('a b', 'nowhere')");
  const std::string before = contents(path);
  migrate(path);
  EXPECT_EQ(contents(path), before);
  SQLite::Database migrated(path, SQLite::OPEN_READWRITE);
  EXPECT_EQ(migrated.execAndGet("SELECT probe IS NULL FROM mail_servers WHERE name = 'a b'").getInt(), 1);
  EXPECT_EQ(migrated.execAndGet("SELECT group_concat(probe) FROM mail_servers WHERE name <> 'a b'").getString(),
            "smtp,none");
}

TEST(OlderSchemas, AreMigratedWhicheverOfTheirRulesWasBroken) {
  for (const auto& dump : older_schemas()) {
    if (dump.filename() == "0001.sql") continue;  // it has no mail tables
    SCOPED_TRACE(dump.filename());
    const testing::TemporaryDirectory directory;
    const std::string path = load(dump, directory.path());
    SQLite::Database(path, SQLite::OPEN_READWRITE)
        .exec(
            "PRAGMA ignore_check_constraints = ON; UPDATE mail_servers SET weight = 1.5; UPDATE pools SET "
            "min_live = 'x';"
            "UPDATE pool_members SET preference = -1; UPDATE mail_addresses SET health = 'ill'");
    const std::string before = contents(path);
    migrate(path);
    EXPECT_EQ(contents(path), before);
    SQLite::Database migrated(path, SQLite::OPEN_READWRITE);
    EXPECT_ANY_THROW(migrated.exec("UPDATE mail_servers SET weight = -1")) << "new rows keep to the rules";
  }
}

TEST(OlderSchemas, ASecondCopyTakesAnotherName) {
  const testing::TemporaryDirectory directory;
  const std::string path = load(older_schemas().at(3), directory.path());
  std::ofstream(path + ".before-0005") << "another";
  EXPECT_EQ(migrate(path).backup, path + ".before-0005.2");
  EXPECT_EQ(fs::file_size(path + ".before-0005"), 7U);
}

TEST(OlderSchemas, ANewDatabaseNeedsNoCopy) {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "mail.db").string();
  EXPECT_EQ(migrate(path).backup, "");
  EXPECT_EQ(migrate(path).backup, "");
}

}  // namespace
}  // namespace mxbalance::db
