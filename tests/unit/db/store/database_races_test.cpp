// The file of a store is replaced while it is being opened, read or written: at a statement or an opening that the
// test chooses.
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/edits/chores.h"
#include "db/lookup/contents_cache.h"
#include "db/store/database.h"
#include "tests/unit/db/store/database_fixture.h"
#include "tests/unit/db/store/injected_steps.h"

namespace mxbalance::db {
namespace {

class DatabaseRaces : public Databases {
 protected:
  DatabaseRaces() {
    other_.exec(std::string(many_records));
    EXPECT_TRUE(OtherProgram(other_.path()).can_empty_log());
  }

  /// Adds a record that is only in the other store's log.
  void add_to_other_log() const {
    OtherProgram(other_.path()).exec("INSERT INTO records (name) VALUES ('logged.example')");
  }

  void replace() const { fs::rename(other_.path(), path()); }

  void replace_with_log() const {
    fs::rename(other_.path() + "-wal", log());
    replace();
  }

  /// What is written now is later than what was written before, as files tell it.
  void let_time_pass() const {
    const auto now = [&] {
      write_in_place(path() + ".now", "x");
      return fs::last_write_time(path() + ".now");
    };
    const auto begin = now();
    EXPECT_TRUE(eventually([&] { return now() > begin; }));
  }

  std::string value(const std::string& sql) const { return OtherProgram(path()).value(sql); }

  void expect_the_other_whole(std::int64_t records) const {
    EXPECT_EQ(value("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(value("SELECT count(*) FROM records"), std::to_string(records));
    EXPECT_EQ(value("SELECT count(*) FROM records WHERE name LIKE 'old%'"), "0");
  }

  testing::TemporaryDatabase other_;
};

TEST_F(DatabaseRaces, AReadDuringAReplacementIsOfOneStore) {
  StepAtStatement replacement("SELECT content FROM records", [&] { replace(); });
  Database database({.path = path(), .readers = 1});
  file_.exec("INSERT INTO records (name) VALUES ('old.example')");
  replacement.wait_in(database);
  EXPECT_EQ(records_in(database), 1) << "it began before";
  EXPECT_TRUE(replacement.is_taken());
  EXPECT_EQ(records_in(database), many);
  expect_the_other_whole(many);
}

TEST_F(DatabaseRaces, AReadThatBeginsWithAReplacementIsOfOneStore) {
  add_to_other_log();
  StepAtStatement replacement("BEGIN", [&] { replace_with_log(); });
  Database database({.path = path(), .readers = 1});
  file_.exec("INSERT INTO records (name) VALUES ('old.example')");
  replacement.wait_in(database);
  EXPECT_EQ(records_in(database), 1) << "it began before";
  EXPECT_TRUE(replacement.is_taken());
  EXPECT_EQ(records_in(database), many + 1);
  expect_the_other_whole(many + 1);
}

TEST_F(DatabaseRaces, WhatIsReadDuringAReplacementIsNotKept) {
  const std::string zone = "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');";
  const std::string record =
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
      " (1, 'www.example.com', 'A', ";
  file_.exec(zone + record + "'10.0.0.1', 60)");
  other_.exec(zone + record + "'10.0.0.2', 60)");
  ASSERT_TRUE(OtherProgram(other_.path()).can_empty_log());
  StepAtStatement replacement("FROM records", [&] { replace(); });
  Database database({.path = path(), .readers = 1});
  ContentsCache cache(database, 1U << 20U);
  const auto asked = [&] { return cache.find(1, "www.example.com")->records.at(0).content; };
  replacement.wait_in(database);
  EXPECT_EQ(asked(), "10.0.0.1") << "it began before";
  EXPECT_TRUE(replacement.is_taken());
  EXPECT_EQ(asked(), "10.0.0.2");
}

TEST_F(DatabaseRaces, AReaderOpenedDuringAReplacementTakesNoLogOfTheNewStore) {
  Database database({.path = path(), .readers = 2});
  file_.exec("INSERT INTO records (name) VALUES ('old.example')");
  add_to_other_log();
  std::jthread second;
  database.read([&](Connection& first) {
    EXPECT_EQ(records_in(first), 1);
    second = std::jthread([&] {
      const StepAtOpening replacement([&](sqlite3*) { replace_with_log(); });
      EXPECT_NO_THROW(EXPECT_EQ(records_in(database), many + 1));
      EXPECT_TRUE(StepAtOpening::is_taken());
    });
    EXPECT_TRUE(eventually([&] { return !fs::exists(other_.path()); }));
    EXPECT_EQ(records_in(first), 1);
  });
  second.join();
  expect_the_other_whole(many + 1);
}

TEST_F(DatabaseRaces, AWriteDuringAReplacementReachesNeitherTheNewStoreNorItsLog) {
  Database database({.path = path(), .readers = 2});
  const StepAtOpening replacement([&](sqlite3*) { replace(); });
  const auto write = [&] {
    database.write([](Connection& connection) {
      connection.statement("INSERT INTO records (name) VALUES ('old.example')").exec();
    });
  };
  EXPECT_THROW(write(), StoreFailure);
  EXPECT_TRUE(StepAtOpening::is_taken());
  EXPECT_FALSE(has_content(log()));
  expect_the_other_whole(many);
  EXPECT_EQ(records_in(database), many);
  EXPECT_NO_THROW(write());
  EXPECT_EQ(records_in(database), many + 1);
}

// What it would write belongs to the former store.
TEST_F(DatabaseRaces, WhatMaintainsTheStoreWritesNothingIntoTheLogOfTheNewOne) {
  file_.exec("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')");
  ASSERT_EQ(value("SELECT count(*) FROM zone_changes WHERE NOT counting"), "1")
      << "else there is nothing to write";
  empty_log();
  add_to_other_log();
  const StepAtOpening replacement([&](sqlite3*) { replace_with_log(); }, StepAtOpening::Opener::another_thread);
  Database database({.path = path(), .chores = chores_of_service()});
  ASSERT_TRUE(eventually([&] { return StepAtOpening::is_taken(); }));
  EXPECT_EQ(records_in(database), many + 1);
  EXPECT_TRUE(eventually([&] { return !has_content(log()); })) << "it was taken over";
  expect_the_other_whole(many + 1);
}

TEST_F(DatabaseRaces, WhatMaintainsTheStoreLeavesItsLogToNoNewOne) {
  file_.exec("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')");
  empty_log();
  StepAtStatement replacement("UPDATE zone_changes SET counting", [&] {
    replace();
    let_time_pass();
  });
  const StepAtOpening upkeep([&](sqlite3* opened) { replacement.wait_on(opened); },
                             StepAtOpening::Opener::another_thread);
  Database database({.path = path(), .chores = chores_of_service()});
  ASSERT_TRUE(eventually([&] { return replacement.is_taken(); }));
  EXPECT_EQ(records_in(database), many);
  expect_the_other_whole(many);
}

}  // namespace
}  // namespace mxbalance::db
