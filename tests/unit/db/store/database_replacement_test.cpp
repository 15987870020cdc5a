// What can happen to the file of a store that is in use.
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/store/database.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

// --- accidents

TEST_F(Databases, AreNotOpenedWithoutAStore) {
  const fs::path elsewhere = fs::path(path()).replace_filename("other.db");
  EXPECT_THROW(Database({.path = elsewhere}), StoreFailure);
  EXPECT_FALSE(fs::exists(elsewhere));
  for (const std::size_t size : {0U, 1U, 100U, 100000U}) {
    write_in_place(elsewhere, junk(size));
    EXPECT_THROW(Database({.path = elsewhere}), StoreFailure) << size;
    EXPECT_EQ(fs::file_size(elsewhere), size);
  }
}

struct Accident {
  std::string name;
  std::function<void(const std::string& path)> happens;
  bool is_seen_at_once = true;  ///< else what is in memory may still be answered
};

void move_over(const std::string& path, const std::function<void(const std::string&)>& make) {
  make(path + ".new");
  fs::rename(path + ".new", path);
}

std::vector<Accident> accidents() {
  const auto make_foreign = [](const std::string& at) {
    SQLite::Database(at, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE domains (id INTEGER, name TEXT, type TEXT, account TEXT)");
  };
  const auto make_older = [](const std::string& at) {
    const testing::TemporaryDatabase older;
    older.exec("DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)");
    OtherProgram(older.path()).can_empty_log();
    fs::copy_file(older.path(), at);
  };
  return {
      {"deleted", [](const std::string& path) { fs::remove(path); }},
      {"truncated to nothing", [](const std::string& path) { fs::resize_file(path, 0); }},
      {"truncated to half", [](const std::string& path) { fs::resize_file(path, fs::file_size(path) / 2); },
       false},
      {"overwritten with junk", [](const std::string& path) { write_in_place(path, junk(fs::file_size(path))); },
       false},
      {"replaced by nothing",
       [](const std::string& path) { move_over(path, [](auto& at) { write_in_place(at, ""); }); }},
      {"replaced by junk",
       [](const std::string& path) { move_over(path, [](auto& at) { write_in_place(at, junk(100000)); }); }},
      {"replaced by a directory",
       [](const std::string& path) {
         fs::remove(path);
         fs::create_directory(path);
       }},
      {"replaced by another program's database", [=](const std::string& path) { move_over(path, make_foreign); }},
      {"replaced by an older store", [=](const std::string& path) { move_over(path, make_older); }},
  };
}

TEST_F(Databases, FailAndRecoverFromWhatHappensToTheFile) {
  file_.exec(std::string(many_records));
  empty_log();
  const std::string good = file_content(path());
  for (const auto& accident : accidents()) {
    SCOPED_TRACE(accident.name);
    Database database({.path = path(), .readers = 3});
    ASSERT_EQ(records_in(database), many);
    accident.happens(path());
    int failures = 0;
    for (int i = 0; i < 5; ++i) {
      try {
        EXPECT_EQ(records_in(database), many) << "never fewer";
      } catch (const StoreFailure&) {
        ++failures;
      }
    }
    EXPECT_GE(failures, accident.is_seen_at_once ? 5 : 4);
    EXPECT_THROW(Database({.path = path()}), StoreFailure);

    if (fs::is_directory(path())) fs::remove(path());
    write_in_place(path(), good);
    EXPECT_EQ(records_in(database), many);
    file_.exec("DELETE FROM records WHERE name = '1.example'");
    EXPECT_EQ(records_in(database), many - 1);
    file_.exec("INSERT INTO records (name) VALUES ('1.example')");
    EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
  }
}

TEST_F(Databases, GoOnWhenTheFileIsMovedAwayAndBack) {
  Database database({.path = path()});
  file_.exec(std::string(many_records));
  fs::rename(path(), path() + ".away");
  EXPECT_THROW(records_in(database), StoreFailure);
  EXPECT_THROW(records_in(database), StoreFailure);
  fs::rename(path() + ".away", path());
  EXPECT_EQ(records_in(database), many);
  file_.exec("DELETE FROM records");
  EXPECT_EQ(records_in(database), 0);
}

TEST_F(Databases, OpenAnewWhatWasEmptiedAndWrittenAgain) {
  file_.exec(std::string(many_records));
  empty_log();
  Database database({.path = path()});
  ASSERT_EQ(records_in(database), many);
  const testing::TemporaryDatabase other;
  other.exec("INSERT INTO records (name) VALUES ('only.example')");
  const std::string copy = path() + ".copy";  // VACUUM INTO makes one that is not in WAL mode
  other.exec("VACUUM INTO '" + copy + "'");

  fs::resize_file(path(), 0);
  EXPECT_THROW(records_in(database), StoreFailure);
  write_in_place(path(), file_content(copy));
  EXPECT_EQ(records_in(database), 1) << "none of what was in memory";
  constexpr std::size_t write_version = 18;  // in the file's header: 2 is WAL
  EXPECT_TRUE(eventually([&] { return file_content(path()).at(write_version) == 2; }));
  file_.exec("INSERT INTO records (name) VALUES ('another.example')");
  EXPECT_EQ(records_in(database), 2);
}

TEST_F(Databases, ForgetWhatTheyKnewOfAFileThatFailed) {
  const testing::TemporaryDatabase other;
  empty_log();
  file_.exec(std::string(many_records));
  empty_log();
  const std::string good = file_content(path());
  Database database({.path = path(), .readers = 2});
  // Both connections have all that fits in memory.
  read_twice_at_once(database, [](Connection& connection) { EXPECT_EQ(records_in(connection), many); });
  write_in_place(path(), junk(good.size()));
  EXPECT_TRUE(eventually([&] {
    try {
      return records_in(database) < 0;
    } catch (const StoreFailure&) {
      return true;
    }
  }));
  ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
  write_in_place(path(), file_content(other.path()));
  read_twice_at_once(database, [](Connection& connection) { EXPECT_EQ(records_in(connection), 0); });
}

// --- another store in its place

TEST_F(Databases, ReadAStoreThatReplacesTheirsAtTheNextRead) {
  Database database({.path = path()});
  for (int i = 1; i <= 3; ++i) {
    const testing::TemporaryDatabase other;
    other.exec("INSERT INTO domains (id, name, type) VALUES (" + std::to_string(i) + ", 'example.com', 'NATIVE')");
    ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
    fs::rename(other.path(), path());
    database.read([&](Connection& connection) {
      auto& query = connection.statement("SELECT id FROM domains");
      ASSERT_TRUE(query.executeStep());
      EXPECT_EQ(query.getColumn(0).getInt(), i);
    });
  }
  EXPECT_TRUE(logs_set_aside().empty());
}

TEST_F(Databases, NeverFailWhileStoresReplaceOneAnother) {
  constexpr int replacements = 50;
  file_.exec("VACUUM INTO '" + path() + ".copy'");
  for (int i = 0; i < replacements; ++i)
    fs::copy_file(path() + ".copy", path() + std::to_string(i));
  Database database({.path = path(), .readers = 4});
  std::atomic<bool> are_replaced = false;
  std::atomic<int> reads = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!are_replaced) {
        EXPECT_NO_THROW(EXPECT_EQ(records_in(database), 0));
        ++reads;
      }
    });
  }
  for (int i = 0; i < replacements; ++i) {
    fs::rename(path() + std::to_string(i), path());
    database.read([](Connection&) {});
    EXPECT_TRUE(eventually([&] { return reads >= i; }));
  }
  are_replaced = true;
}

TEST_F(Databases, FinishReadsOfAStoreThatIsReplaced) {
  file_.exec(std::string(many_records));
  Database database({.path = path()});
  const testing::TemporaryDatabase other;
  std::atomic<bool> is_reading = false;
  std::atomic<bool> is_replaced = false;
  std::jthread first([&] {
    database.read([&](Connection& connection) {
      EXPECT_EQ(records_in(connection), many);
      is_reading = true;
      EXPECT_TRUE(eventually([&] { return is_replaced.load(); }));
      EXPECT_EQ(records_in(connection), many);
    });
  });
  EXPECT_TRUE(eventually([&] { return is_reading.load(); }));
  fs::rename(other.path(), path());
  std::jthread second([&] { EXPECT_EQ(records_in(database), 0); });
  is_replaced = true;
}

TEST_F(Databases, NeverGiveALogToAnotherStore) {
  Database database({.path = path()});
  const auto kept_log = fs::path(path()).replace_filename("kept-log");
  for (int attempt = 0; logs_set_aside().empty(); ++attempt) {
    ASSERT_LT(attempt, 10);
    const testing::TemporaryDatabase other;
    other.exec(std::string(many_records));
    ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
    // What empties the log is at work, and has its own connection.
    file_.exec("DELETE FROM records; INSERT INTO records (name) VALUES ('old.example')");
    ASSERT_TRUE(eventually([&] { return !has_content(log()); }));
    file_.exec("UPDATE records SET name = 'older.example'");
    fs::create_hard_link(log(), kept_log);
    fs::rename(other.path(), path());
    EXPECT_EQ(records_in(database), many);
    EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(OtherProgram(path()).value("SELECT count(*) FROM records WHERE name LIKE 'old%'"), "0");
    const bool had_content = has_content(kept_log);  // else it was emptied in between
    if (had_content) {
      ASSERT_EQ(logs_set_aside().size(), 1U);
      EXPECT_TRUE(fs::equivalent(logs_set_aside().front(), kept_log));
    }
    fs::remove(kept_log);
  }
  file_.exec("DELETE FROM records");
  EXPECT_EQ(records_in(database), 0);
  EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
}

TEST_F(Databases, NeverGiveALogThatIsStillReadToAnotherStore) {
  Database database({.path = path()});
  OtherProgram reader(path());
  reader.hold_snapshot();
  file_.exec("INSERT INTO records (name) VALUES ('old.example')");
  EXPECT_EQ(records_in(database), 1);
  const testing::TemporaryDatabase other;
  other.exec(std::string(many_records));
  ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
  fs::rename(other.path(), path());
  EXPECT_EQ(records_in(database), many);
  ASSERT_EQ(logs_set_aside().size(), 1U);
  EXPECT_TRUE(has_content(logs_set_aside().front()));
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
  file_.exec("DELETE FROM records");
  EXPECT_EQ(records_in(database), 0);
}

TEST_F(Databases, KeepTheLogOfEveryStoreThatIsReplaced) {
  Database database({.path = path()});
  constexpr int times = 4;  // within a second or two, and names tell seconds
  for (int i = 0; i < times; ++i) {
    const testing::TemporaryDatabase other;
    ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
    OtherProgram reader(path());
    reader.hold_snapshot();
    OtherProgram(path()).exec("INSERT INTO records (name) VALUES ('old.example')");
    fs::rename(other.path(), path());
    EXPECT_EQ(records_in(database), 0);
  }
  EXPECT_EQ(logs_set_aside().size(), times);
}

TEST_F(Databases, KeepTheLogOfAStoreThatHadNoneWhenItWasOpened) {
  ASSERT_EQ(OtherProgram(path()).value("PRAGMA journal_mode = DELETE"), "delete");
  Database database({.path = path()});
  ASSERT_TRUE(eventually([&] { return fs::exists(path() + "-shm"); }));
  ASSERT_TRUE(eventually([&] {  // a second later at most
    const testing::TemporaryDatabase other;
    EXPECT_TRUE(OtherProgram(other.path()).can_empty_log());
    OtherProgram reader(path());
    reader.hold_snapshot();
    OtherProgram(path()).exec("INSERT INTO records (name) VALUES ('old.example')");
    fs::rename(other.path(), path());
    return records_in(database) == 0;
  }));
  EXPECT_FALSE(logs_set_aside().empty());
}

TEST_F(Databases, TakeAStoreTogetherWithItsLog) {
  Database database({.path = path()});
  file_.exec("INSERT INTO records (name) VALUES ('old.example')");
  ASSERT_TRUE(eventually([&] { return !has_content(log()); }));
  const testing::TemporaryDatabase other;
  {
    OtherProgram writer(other.path());
    writer.exec(std::string(many_records));
    ASSERT_TRUE(has_content(other.path() + "-wal"));
  }
  fs::rename(other.path() + "-wal", log());
  fs::rename(other.path(), path());
  EXPECT_EQ(records_in(database), many);
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
  EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
  EXPECT_EQ(records_in(database), many);
}

TEST_F(Databases, NeverGiveTheLogOfAnotherProgramsDatabaseToAStore) {
  Database database({.path = path()});
  const std::string foreign = path() + ".foreign";
  SQLite::Database(foreign, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("PRAGMA journal_mode = WAL");
  OtherProgram(foreign).exec("CREATE TABLE domains (id INTEGER, name TEXT)");
  ASSERT_TRUE(has_content(foreign + "-wal"));
  fs::rename(foreign + "-wal", log());
  fs::rename(foreign, path());
  EXPECT_THROW(records_in(database), StoreFailure);

  const testing::TemporaryDatabase other;
  other.exec(std::string(many_records));
  ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
  fs::rename(other.path(), path());
  EXPECT_EQ(records_in(database), many);
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(logs_set_aside().size(), 1U);
}

TEST_F(Databases, WriteToTheStoreThatReplacedTheirs) {
  Database database({.path = path()});
  for (int i = 0; i < 3; ++i) {
    const testing::TemporaryDatabase other;
    other.exec(std::string(many_records));
    ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
    fs::rename(other.path(), path());
    database.write([](Connection& connection) {
      EXPECT_EQ(records_in(connection), many);
      connection.database().exec("DELETE FROM records WHERE name = '1.example'");
    });
    EXPECT_EQ(records_in(database), many - 1);
    EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
  }
}

TEST_F(Databases, FinishAWriteToAStoreThatIsReplacedMeanwhile) {
  Database database({.path = path()});
  const testing::TemporaryDatabase other;
  other.exec(std::string(many_records));
  ASSERT_TRUE(OtherProgram(other.path()).can_empty_log());
  const std::string old = path() + ".old";
  fs::create_hard_link(path(), old);
  std::jthread reading;
  database.write([&](Connection& connection) {
    connection.database().exec("INSERT INTO records (name) VALUES ('old.example')");
    fs::rename(other.path(), path());
    reading = std::jthread([&] { EXPECT_EQ(records_in(database), many) << "it waits for the write"; });
  });
  reading.join();
  EXPECT_EQ(records_in(database), many);
  EXPECT_EQ(OtherProgram(path()).value("SELECT count(*) FROM records WHERE name = 'old.example'"), "0");
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
}

TEST_F(Databases, AreNotWrittenWhileTheFileIsGone) {
  Database database({.path = path()});
  const auto write = [&] {
    database.write(
        [](Connection& connection) { connection.database().exec("INSERT INTO records (name) VALUES ('x')"); });
  };
  fs::rename(path(), path() + ".away");
  EXPECT_THROW(write(), StoreFailure);
  EXPECT_FALSE(fs::exists(path()));
  fs::rename(path() + ".away", path());
  write();
  EXPECT_EQ(records_in(database), 1);
}

TEST_F(Databases, LoseNoCommitOfTheirsAfterLogAndIndexWereDeleted) {
  Database database({.path = path()});
  database.write([](Connection& connection) {
    connection.statement("INSERT INTO records (name) VALUES ('first.example')").exec();
  });
  fs::remove(log());
  fs::remove(path() + "-shm");
  database.write([](Connection& connection) {
    connection.statement("INSERT INTO records (name) VALUES ('second.example')").exec();
  });
  // Another process reads what stands in the files.
  const std::string copy = path() + ".copy";
  fs::copy_file(path(), copy);
  fs::copy_file(log(), copy + "-wal");
  EXPECT_EQ(OtherProgram(copy).value("SELECT count(*) FROM records WHERE name = 'second.example'"), "1");
}

TEST_F(Databases, SeeCommitsSoonAfterLogAndIndexWereDeleted) {
  file_.exec(std::string(many_records));
  empty_log();
  Database database({.path = path()});
  ASSERT_EQ(records_in(database), many);
  // Another process deletes both and commits: it is played by a copy of the same store, whose log takes the place.
  const std::string copy = path() + ".copy";
  fs::copy_file(path(), copy);
  OtherProgram(copy).exec("DELETE FROM records WHERE name = '1.example'");
  fs::rename(copy + "-wal", log());
  fs::remove(path() + "-shm");
  {  // a second reader, which the first one does not wait for, is opened after the deletion
    std::atomic<bool> is_reading = false;
    std::jthread second;
    database.read([&](Connection&) {
      second = std::jthread([&] {
        is_reading = true;
        database.read([](Connection&) {});
      });
      EXPECT_TRUE(eventually([&] { return is_reading.load(); }));
    });
  }
  EXPECT_TRUE(eventually([&] { return records_in(database) == many - 1; }));
  EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(records_in(database), many - 1);
  EXPECT_TRUE(logs_set_aside().empty());
}

}  // namespace
}  // namespace mxbalance::db
