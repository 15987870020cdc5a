// The log of a store that is in use: deleted alone, or grown long.
#include <chrono>
#include <string>

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/store/database.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

using DatabaseLogs = Databases;

void write_record(Database& database, const std::string& name) {
  database.write([&](Connection& connection) {
    connection.database().exec("INSERT INTO records (name) VALUES ('" + name + "')");
  });
}

TEST_F(DatabaseLogs, LoseNoCommitWhenTheLogAloneIsDeleted) {
  Database database({.path = path()});
  write_record(database, "first.example");
  ASSERT_TRUE(eventually([&] { return !has_content(log()); })) << "what empties the log has it open";
  write_record(database, "second.example");
  fs::remove(log());
  ASSERT_TRUE(fs::exists(path() + "-shm"));
  EXPECT_TRUE(eventually([&] { return fs::exists(log()); })) << "it is opened anew";
  EXPECT_EQ(records_in(database), 2);
  write_record(database, "third.example");
  EXPECT_EQ(records_in(database), 3);
  // Another process reads what stands in the files.
  const std::string copy = path() + ".copy";
  fs::copy_file(path(), copy);
  fs::copy_file(log(), copy + "-wal");
  EXPECT_EQ(OtherProgram(copy).value("SELECT count(*) FROM records"), "3");
  EXPECT_EQ(OtherProgram(copy).value("PRAGMA integrity_check"), "ok");
}

TEST_F(DatabaseLogs, SeeCommitsAfterTheLogAloneWasDeleted) {
  file_.exec(std::string(many_records));
  empty_log();
  Database database({.path = path()});
  ASSERT_EQ(records_in(database), many);
  // Another process deletes it and commits: it is played by a copy of the same store, whose log takes the place.
  const std::string copy = path() + ".copy";
  fs::copy_file(path(), copy);
  OtherProgram(copy).exec("DELETE FROM records WHERE name = '1.example'");
  fs::remove(log());
  fs::rename(copy + "-wal", log());
  // Reads may fail until what keeps the log in order has looked.
  EXPECT_TRUE(eventually([&] {
    try {
      return records_in(database) == many - 1;
    } catch (const StoreFailure&) {
      return false;
    }
  }));
  EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(records_in(database), many - 1);
  EXPECT_TRUE(logs_set_aside().empty());
}

// A shorter one is left to those that write until they rest.
TEST_F(DatabaseLogs, AreEmptiedAboveSixteenMebibytesAlsoWhileOthersWrite) {
  constexpr std::uintmax_t longest = 16U << 20U;
  Database database({.path = path()});
  SQLite::Database writer(path(), SQLite::OPEN_READWRITE, 10'000);
  writer.exec("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0");
  writer.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
      " INSERT INTO records (name, content) SELECT i || '.example', hex(zeroblob(32768)) FROM n");
  ASSERT_GT(fs::file_size(log()), longest);
  auto next = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] {
    if (std::chrono::steady_clock::now() > next) {  // so often that it does not rest between two looks
      writer.exec("INSERT INTO records (name) VALUES ('x')");
      next = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
    }
    return fs::file_size(log()) < longest;
  }));
  EXPECT_EQ(records_in(database), std::stoll(writer.execAndGet("SELECT count(*) FROM records").getString()));
}

}  // namespace
}  // namespace mxbalance::db
