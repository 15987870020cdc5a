// Older schemas, with a little of everything in them, are brought up to date: nothing is lost, and a copy is kept.
// A store from before the first release is taken over, and is as a new one then.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/schema/embedded_migrations.h"
#include "db/schema/migrations.h"
#include "db/schema/schema_text.h"
#include "db/store/connection.h"
#include "db/store/restore.h"
#include "tests/unit/db/schema/migrations_fixture.h"

namespace mxbalance::db {
namespace {

using testing::content_of;
using testing::expect_complete;
using testing::former_schema;
using testing::known_names;
using testing::Migrations;
using testing::rows;
using testing::value;

namespace fs = std::filesystem;

class OlderSchemas : public Migrations {
 protected:
  OlderSchemas() { make_with(content_of(former_schema)); }

  /// All rows of all tables, the record of migrations aside.
  [[nodiscard]] std::vector<std::string> contents(const std::string& path) const {
    std::vector<std::string> all;
    for (const auto& table : rows(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
      if (table == "schema_migrations") continue;
      for (const auto& row : rows(path, "SELECT * FROM " + table))
        all.push_back(table + "|" + row);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
};

/// Each object of the schema with its text, without layout, and the triggers of each table in their order.
std::map<std::string, std::string> schema_of(const std::string& path) {
  const SQLite::Database database(path, SQLite::OPEN_READONLY);
  SQLite::Statement objects(database,
                            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY rowid");
  std::map<std::string, std::string> schema;
  while (objects.executeStep()) {
    const std::string name = objects.getColumn(1);
    schema[objects.getColumn(0).getString() + " " + name] = schema_form(objects.getColumn(3).getString());
    if (objects.getColumn(0).getString() == "trigger")
      schema["triggers of " + objects.getColumn(2).getString()] += name + " ";
  }
  return schema;
}

TEST(OlderSchemaFixtures, AreOneForEachMigration) {
  const auto folder = fs::path(former_schema).parent_path();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), embedded_migrations().size())
      << "keep a dump of a database that the last migration made, with data, in " << folder;
}

TEST_F(OlderSchemas, AreAsNewOnesAfterwards) {
  const std::string fresh = directory_.path() / "new.db";
  migrate(fresh);
  migrate(path_);
  EXPECT_EQ(schema_of(path_), schema_of(fresh));
  expect_complete(path_);
  EXPECT_EQ(value(path_, "SELECT number || name || checksum FROM schema_migrations"),
            value(fresh, "SELECT number || name || checksum FROM schema_migrations"));
}

TEST_F(OlderSchemas, AreMigratedWithoutLoss) {
  const auto before = contents(path_);
  EXPECT_GT(before.size(), 280U);
  const auto report = migrate(path_);
  EXPECT_FALSE(report.created);
  EXPECT_FALSE(report.adopted);
  EXPECT_EQ(report.applied, known_names());
  EXPECT_TRUE(report.differences.empty());
  EXPECT_EQ(contents(path_), before);
  EXPECT_NO_THROW(Connection(path_, Connection::Mode::reading));

  EXPECT_EQ(report.backup, path_ + ".before-0001");
  EXPECT_EQ(contents(report.backup), before);
  EXPECT_EQ(rows(report.backup, "SELECT name FROM schema_migrations").size(), 9U);
  EXPECT_EQ(fs::status(report.backup).permissions(), fs::perms(0600));
  EXPECT_TRUE(migrate(path_).applied.empty());
}

TEST_F(OlderSchemas, AreMigratedWithRowsThatBreakTheirRules) {
  make_with(
      "PRAGMA ignore_check_constraints = ON; INSERT INTO mail_servers (name, probe) VALUES ('a b', 'odd');"
      "INSERT INTO mail_addresses (server, address) VALUES ('a b', 'nowhere');"
      "UPDATE mail_servers SET weight = 1.5; UPDATE pools SET min_live = 'x';"
      "UPDATE pool_members SET preference = -1; UPDATE mail_addresses SET health = 'ill'");
  const auto before = contents(path_);
  migrate(path_);
  EXPECT_EQ(contents(path_), before);
  EXPECT_ANY_THROW(make_with("UPDATE mail_servers SET weight = -1")) << "new rows keep to the rules";
}

TEST_F(OlderSchemas, GetBackTheirRulesAndKeepWhatOthersAdded) {
  make_with(
      "DROP TRIGGER mail_servers_last; DROP VIEW zone_serials; DROP INDEX mail_servers_by_zone;"
      "DROP VIEW clock; CREATE VIEW clock AS SELECT 1 AS now;"
      "CREATE TABLE notes (text); INSERT INTO notes VALUES ('kept'); ALTER TABLE pools ADD COLUMN note TEXT;"
      "CREATE VIEW mine AS SELECT * FROM pool_status;"
      "CREATE TRIGGER on_table AFTER UPDATE ON pools BEGIN INSERT INTO notes VALUES (NEW.name); END;"
      "CREATE TRIGGER on_view INSTEAD OF DELETE ON pool_status BEGIN INSERT INTO notes VALUES (OLD.server); END");
  const auto report = migrate(path_);
  EXPECT_TRUE(report.taken_over);
  EXPECT_FALSE(migrate(path_).taken_over) << "it is told once";
  std::vector<std::string> left;
  for (const auto& difference : report.differences)
    left.push_back(in_words(difference));
  EXPECT_EQ(left, (std::vector<std::string>{
                      "the column note of pools is not of mxbalance", "the view mine is not of mxbalance",
                      "the table notes is not of mxbalance", "the trigger on_table of pools is not of mxbalance",
                      "the trigger on_view of pool_status is not of mxbalance"}));
  EXPECT_EQ(value(path_, "SELECT text FROM notes"), "kept");
}

TEST_F(OlderSchemas, AreRefusedWhereATableIsNotAsItWasMade) {
  make_with("DROP TRIGGER pools_rules; DROP TRIGGER pools_rules_again; ALTER TABLE pools DROP COLUMN slow_start");
  expect_refused<Refusal>(
      {"from before the first release, the column slow_start of pools is missing: put back what a table had",
       "Nothing was changed"});
  EXPECT_FALSE(fs::exists(path_ + ".before-0001"));
}

TEST_F(OlderSchemas, WithRowsThatAreThereTwiceAreRefusedBeforeACopyIsMade) {
  make_with(
      "DROP INDEX name_index; INSERT INTO domains (name, type) VALUES ('twice.example', 'NATIVE');"
      "INSERT INTO domains (name, type) VALUES ('twice.example', 'NATIVE')");
  expect_refused<Refusal>({"several rows of the table domains with the same name", "\"twice.example\" (rowid ",
                           "DELETE FROM domains WHERE rowid = ROWID", "Nothing was changed"});
  EXPECT_FALSE(fs::exists(path_ + ".before-0001"));
}

TEST_F(OlderSchemas, OfBeforeTheLastAreRefused) {
  make_with("DELETE FROM schema_migrations WHERE number > 7");
  const std::string sentence =
      "the database " + path_ +
      " has the schema of an mxbalance from before the first release (0007_health): export it with the mxbalance "
      "that made it (mxbalance --db " +
      path_ +
      " export --with-keys FILE), and import that into a new database with this one (mxbalance --db NEW migrate, "
      "mxbalance --db NEW import FILE)";
  expect_refused<Refusal>({sentence});
  EXPECT_THROW(
      {
        try {
          Connection(path_, Connection::Mode::reading);
        } catch (const StoreFailure& failure) {
          EXPECT_EQ(failure.what(), sentence);
          throw;
        }
      },
      StoreFailure);
}

TEST_F(OlderSchemas, AreNotServedNorRestoredBeforeTheyAreMigrated) {
  const std::string store = directory_.path() / "new.db";
  migrate(store);
  for (const bool is_restored : {false, true}) {
    try {
      is_restored ? void(restore(store, path_, true)) : void(Connection(path_, Connection::Mode::reading));
      ADD_FAILURE() << is_restored;
    } catch (const StoreFailure& failure) {
      EXPECT_EQ(std::string(failure.what()), "the database " + path_ + " lacks the migration " +
                                                 known_names().front() + "; run: mxbalance --db " + path_ +
                                                 " migrate");
    }
  }
  const auto before = contents(path_);
  migrate(path_);
  restore(store, path_);
  EXPECT_EQ(contents(store), before);
}

TEST_F(OlderSchemas, AreRepairedAsTheyAreTakenOver) {
  make_with("DROP TRIGGER mail_servers_last");
  const auto report = migrate(path_, true);
  EXPECT_EQ(report.backup, path_ + ".before-0001");
  EXPECT_TRUE(report.differences.empty());
}

TEST_F(OlderSchemas, AreCopiedWithTheShellsDump) {
  const std::string copy = directory_.path() / "copy.db";
  ASSERT_EQ(std::system(("sqlite3 " + path_ + " .dump | sqlite3 " + copy).c_str()), 0);
  ASSERT_EQ(value(copy, "PRAGMA application_id"), "0");
  migrate(copy);
  expect_complete(copy);
  EXPECT_EQ(contents(copy), contents(path_));
}

TEST_F(OlderSchemas, ASecondCopyTakesAnotherName) {
  std::ofstream(path_ + ".before-0001") << "another";
  EXPECT_EQ(migrate(path_).backup, path_ + ".before-0001.2");
  EXPECT_EQ(fs::file_size(path_ + ".before-0001"), 7U);
}

TEST_F(OlderSchemas, ANewDatabaseNeedsNoCopy) {
  remove_database();
  EXPECT_EQ(migrate(path_).backup, "");
  EXPECT_EQ(migrate(path_).backup, "");
}

}  // namespace
}  // namespace mxbalance::db
