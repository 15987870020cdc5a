#include <algorithm>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/check/check.h"
#include "db/files/opening.h"
#include "db/schema/migrations.h"
#include "db/schema/schema.h"
#include "db/schema/schema_text.h"
#include "db/store/backup.h"
#include "db/store/restore.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

using Sentences = std::vector<std::string>;

class Schemas : public Databases {
 protected:
  /// What is not as migrations make it, after `sql`.
  Sentences after(const std::string& sql) const {
    OtherProgram(path()).exec(sql);
    return differences();
  }

  [[nodiscard]] Sentences differences() const {
    auto database = open_database(path(), SQLite::OPEN_READONLY);
    Sentences sentences;
    for (const auto& difference : schema_differences(database))
      sentences.push_back(in_words(difference));
    return sentences;
  }

  /// Of the tables, as `sqlite3 .dump` would have it.
  [[nodiscard]] std::string rows() const {
    return OtherProgram(path()).value("SELECT group_concat(name || weight) FROM mail_servers") +
           OtherProgram(path()).value("SELECT group_concat(subject || field || after) FROM events");
  }

  /// Views and triggers as they are stored. SQLite runs the triggers of a table in this order.
  [[nodiscard]] std::string order() const {
    return OtherProgram(path()).value(
        "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger')"
        " ORDER BY rowid)");
  }
};

TEST_F(Schemas, OfANewStoreIsAsMigrationsMakeIt) {
  EXPECT_EQ(differences(), Sentences{});
}

TEST_F(Schemas, LoseTriggersByTheRecipeForAlterTable) {
  const auto found = after(
      "PRAGMA legacy_alter_table = ON; CREATE TABLE new_pool_names AS SELECT * FROM pool_names; DROP TABLE "
      "pool_names;"
      "ALTER TABLE new_pool_names RENAME TO pool_names");
  EXPECT_GT(found.size(), 10U);
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const auto& sentence) {
    return sentence.starts_with("the trigger ") && sentence.ends_with(" of pool_names is missing");
  }));
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const auto& sentence) {
    return sentence.starts_with("the table pool_names is not as mxbalance makes it: it lacks the rule \"");
  }));
}

TEST_F(Schemas, NameWhatIsMissingAndChanged) {
  EXPECT_EQ(after("DROP VIEW zone_serials; CREATE VIEW zone_serials AS SELECT 1"),
            (Sentences{"the view zone_serials is not as mxbalance makes it: its text is another one"}));
  EXPECT_EQ(after("DROP INDEX mail_servers_by_zone"),
            (Sentences{"the index mail_servers_by_zone of mail_servers is missing",
                       "the view zone_serials is not as mxbalance makes it: its text is another one"}));
}

TEST_F(Schemas, NameWhatIsAddedAsNoFault) {
  EXPECT_EQ(
      after("CREATE VIEW mine AS SELECT 1; CREATE TABLE notes (text); CREATE INDEX by_weight ON mail_servers "
            "(weight);"
            "CREATE TRIGGER audit AFTER UPDATE ON pools BEGIN SELECT 1; END;"
            "ALTER TABLE records ADD COLUMN note; ALTER TABLE pools ADD COLUMN note"),
      (Sentences{"the column note of pools is not of mxbalance", "the column note of records is not of mxbalance",
                 "the trigger audit of pools is not of mxbalance",
                 "the index by_weight of mail_servers is not of mxbalance", "the view mine is not of mxbalance",
                 "the table notes is not of mxbalance"}));
  auto database = open_database(path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(faults_in(schema_differences(database)).size(), 0U);
}

TEST_F(Schemas, NameColumns) {
  EXPECT_EQ(after("DROP INDEX records_order_idx; ALTER TABLE records DROP COLUMN ordername"),
            (Sentences{"the column ordername of records is missing",
                       "the index records_order_idx of records is missing"}));
}

TEST_F(Schemas, AreAlsoWrittenOtherwise) {
  OtherProgram(path()).exec(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(sql, 'CREATE VIEW clock',"
      " 'create  view \"clock\" /* mine */'), 'SELECT', 'select') WHERE name = 'clock'; PRAGMA writable_schema = "
      "RESET");
  EXPECT_EQ(differences(), Sentences{});
}

/// Each view, index and trigger that migrations make, one after the other.
TEST_F(Schemas, AreRepairedWithoutTouchingRows) {
  OtherProgram(path()).exec("INSERT INTO mail_servers (name, weight) VALUES ('a.example', 7)");
  const auto before = rows();
  const auto order_before = order();
  std::string sql;
  {
    OtherProgram store(path());
    sql = store.value(
        "SELECT group_concat('DROP ' || type || ' IF EXISTS \"' || name || '\"', ';') FROM sqlite_schema"
        " WHERE type <> 'table' AND sql IS NOT NULL");
  }
  EXPECT_GT(after(sql).size(), 100U);
  const auto report = migrate(path(), true);
  EXPECT_EQ(report.backup, path() + ".before-repair");
  EXPECT_GT(report.repaired.size(), 100U);
  EXPECT_EQ(report.differences.size(), 0U);
  EXPECT_EQ(differences(), Sentences{});
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(order(), order_before);
  EXPECT_EQ(migrate(path(), true).backup, "") << "there is nothing to repair any more";
}

TEST_F(Schemas, KeepTheOrderOfTriggersWhenOneIsRepaired) {
  const auto order_before = order();
  EXPECT_EQ(after("DROP TRIGGER " + OtherProgram(path()).value("SELECT min(name) FROM sqlite_schema WHERE type ="
                                                               " 'trigger' AND tbl_name = 'pool_members'"))
                .size(),
            1U);
  EXPECT_EQ(migrate(path(), true).repaired.size(), 1U);
  EXPECT_EQ(order(), order_before);
}

TEST_F(Schemas, KeepTriggersOfAViewThatIsRepaired) {
  EXPECT_EQ(after("DROP VIEW pool_edits; CREATE VIEW pool_edits (pool, at) AS SELECT 1, 2").size(), 3U);
  EXPECT_EQ(migrate(path(), true).differences.size(), 0U);
}

TEST_F(Schemas, ThatCannotBeRepairedStayAsTheyAre) {
  OtherProgram(path()).exec("DROP TABLE events");
  const auto report = migrate(path(), true);
  ASSERT_FALSE(report.differences.empty());
  EXPECT_EQ(in_words(report.differences.front()), "the table events is missing");
  EXPECT_NE(remedy_of(report.differences.front(), "mail.db").find("restore a copy that has it"),
            std::string::npos);
}

TEST_F(Schemas, AreCheckedBeforeTheyAreRestored) {
  const std::string copy = path() + ".copy";
  fs::copy_file(path(), copy);
  OtherProgram(copy).exec("DROP VIEW zone_serials");
  std::string said;
  try {
    restore(path(), copy);
  } catch (const Refusal& refusal) {
    said = refusal.what();
  }
  EXPECT_EQ(said, "in the copy " + copy +
                      " the view zone_serials is missing, so that rules would not hold: use another copy, or run: "
                      "mxbalance --db " +
                      copy + " migrate --repair; or give --force");
  restore(path(), copy, true);
  EXPECT_EQ(differences(), (Sentences{"the view zone_serials is missing"}));
}

TEST_F(Schemas, AreChecked) {
  OtherProgram(path()).exec("DROP VIEW zone_serials; CREATE VIEW mine AS SELECT 1");
  Connection connection(path(), Connection::Mode::reading);
  std::vector<Finding> found;
  read(connection, [&](Connection& in) {
    check(in, [&](const Finding& finding) { found.push_back(finding); });
    EXPECT_EQ(additions_to(in), (Sentences{"the view mine is not of mxbalance"}));
  });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].problem, "the view zone_serials is missing, so that rules of the store may not hold");
  EXPECT_EQ(found[0].remedy, "run: mxbalance --db " + path() + " migrate --repair");
}

TEST(SchemaTexts, AreEqualWhereTheySayTheSame) {
  EXPECT_EQ(schema_form("CREATE TABLE \"a\"(x  INTEGER -- why\n, /* and */ y)"),
            schema_form("create table A (X integer,y)"));
  EXPECT_NE(schema_form("SELECT 'A'"), schema_form("SELECT 'a'"));
  EXPECT_NE(schema_form("SELECT 'it''s'"), schema_form("SELECT 'it' 's'"));
  const auto rules = rules_in("CREATE TABLE t (x CHECK (x > (1)), CONSTRAINT \"x must be 1\" CHECK (x = 1))");
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].name, "( x > ( 1 ) )");
  EXPECT_EQ(rules[1].name, "x must be 1");
  EXPECT_EQ(rules_in("CREATE TABLE t (x CHECK (").size(), 1U);
}

}  // namespace
}  // namespace mxbalance::db
