#include "db/store/database.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/edits/chores.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

// --- reading

TEST_F(Databases, SeeEveryCommitAtTheNextRead) {
  Database database({.path = path()});
  OtherProgram other(path());
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(records_in(database), i);
    other.exec("INSERT INTO records (name) VALUES ('x')");
  }
  EXPECT_EQ(database.path(), path());
}

TEST_F(Databases, ReadOneCommitAtATime) {
  Database database({.path = path()});
  database.read([&](Connection& connection) {
    EXPECT_EQ(records_in(connection), 0);
    file_.exec(std::string(many_records));
    EXPECT_EQ(records_in(connection), 0);
  });
  EXPECT_EQ(records_in(database), many);
}

TEST_F(Databases, HoldNoCommitBetweenReads) {
  Database database({.path = path()});
  file_.exec(std::string(many_records));
  const auto read_a_row = [](Connection& connection) {
    connection.statement("SELECT name FROM records").executeStep();
  };
  read_twice_at_once(database, read_a_row);
  EXPECT_THROW(database.read([&](Connection& connection) {
    read_a_row(connection);
    throw std::logic_error("stop");
  }),
               std::logic_error);
  OtherProgram other(path());
  other.exec("DELETE FROM records");
  EXPECT_TRUE(other.can_empty_log());
}

TEST_F(Databases, GoOnWhileAnotherProgramHoldsTheStore) {
  Database database({.path = path()});
  OtherProgram other(path());
  other.exec("BEGIN EXCLUSIVE");
  other.exec(std::string(many_records));
  EXPECT_EQ(records_in(database), 0);
  EXPECT_EQ(records_in(*std::make_unique<Database>(Database::Options{.path = path()})), 0)
      << "opened in the meantime";
  other.exec("COMMIT");
  EXPECT_EQ(records_in(database), many);
}

TEST_F(Databases, PutTheirStoreIntoWalMode) {
  ASSERT_EQ(OtherProgram(path()).value("PRAGMA journal_mode = DELETE"), "delete");
  Database database({.path = path()});
  EXPECT_TRUE(eventually([&] { return is_in_wal_mode(); }));

  file_.exec("VACUUM INTO '" + path() + ".copy'");
  ASSERT_EQ(OtherProgram(path() + ".copy").value("PRAGMA journal_mode"), "delete");
  fs::rename(path() + ".copy", path());
  EXPECT_EQ(records_in(database), 0);
  EXPECT_TRUE(eventually([&] { return is_in_wal_mode(); }));
}

TEST_F(Databases, PutTheirStoreIntoWalModeWhenNobodyElseReads) {
  ASSERT_EQ(OtherProgram(path()).value("PRAGMA journal_mode = DELETE"), "delete");
  OtherProgram other(path());
  other.hold_snapshot();
  Database database({.path = path()});
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
  while (std::chrono::steady_clock::now() < until)
    ASSERT_EQ(records_in(database), 0) << "lookups go on in the meantime";
  EXPECT_FALSE(is_in_wal_mode());
  other.exec("COMMIT");
  EXPECT_TRUE(eventually([&] { return is_in_wal_mode(); }));
}

TEST_F(Databases, PassOnWhatTheWorkThrows) {
  Database database({.path = path(), .readers = 2});
  for (int i = 0; i < 5; ++i) {
    EXPECT_THROW(database.read([](Connection&) { throw Refusal("no"); }), Refusal);
    EXPECT_THROW(database.read([](Connection& connection) { connection.statement("SELECT * FROM nothing"); }),
                 StoreFailure);
  }
  EXPECT_EQ(records_in(database), 0);
}

// --- writing

void add_a_record(Connection& connection) {
  connection.statement("INSERT INTO records (name) VALUES ('x')").exec();
}

TEST_F(Databases, ReadWhatTheyWroteAtTheNextRead) {
  Database database({.path = path()});
  for (int i = 1; i <= 5; ++i) {
    database.write(add_a_record);
    EXPECT_EQ(records_in(database), i);
    EXPECT_EQ(OtherProgram(path()).value("SELECT count(*) FROM records"), std::to_string(i));
  }
}

TEST_F(Databases, WriteAllOrNothing) {
  Database database({.path = path()});
  EXPECT_THROW(database.write([](Connection& connection) {
    add_a_record(connection);
    throw std::logic_error("stop");
  }),
               std::logic_error);
  try {
    database.write([](Connection& connection) {
      add_a_record(connection);
      connection.database().exec("INSERT INTO mail_servers (name, weight) VALUES ('mail.example', -1)");
    });
    ADD_FAILURE() << "a rule was broken";
  } catch (const Refusal& error) {
    EXPECT_STREQ(error.what(), "mail_servers.weight must be a whole number from 0 to 65535");
  }
  EXPECT_THROW(database.write([](Connection& connection) {
    add_a_record(connection);
    connection.database().exec("SELECT * FROM nothing");
  }),
               StoreFailure);
  EXPECT_EQ(records_in(database), 0);
  database.write(add_a_record);
  EXPECT_EQ(records_in(database), 1);
}

TEST_F(Databases, RehearseWithoutAChange) {
  Database database({.path = path()});
  database.write(add_a_record);
  std::int64_t seen = 0;
  database.rehearse([&](Connection& connection) {
    add_a_record(connection);
    seen = records_in(connection);
  });
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(records_in(database), 1);
  EXPECT_THROW(database.rehearse([](Connection&) { throw Refusal("no"); }), Refusal);
  database.write(add_a_record);
  EXPECT_EQ(records_in(database), 2);
}

TEST_F(Databases, SayWhenAnotherProgramHoldsTheStoreTooLong) {
  Database database({.path = path()});
  OtherProgram other(path());
  other.exec("BEGIN IMMEDIATE; INSERT INTO records (name) VALUES ('x')");
  EXPECT_THROW(database.write(add_a_record), StoreFailure);
  EXPECT_THROW(database.rehearse(add_a_record), StoreFailure);
  EXPECT_EQ(records_in(database), 0);
  other.exec("COMMIT");
  database.write(add_a_record);
  EXPECT_EQ(records_in(database), 2);
}

TEST_F(Databases, WriteFromManyThreads) {
  Database database({.path = path(), .readers = 2});
  constexpr int writers = 4;
  constexpr int writes = 10;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < writes; ++k) {
          database.write(add_a_record);
          EXPECT_GT(records_in(database), 0);
        }
      });
    }
  }
  EXPECT_EQ(records_in(database), writers * writes);
}

TEST_F(Databases, CountTheChangesOfZonesSoonAfterTheyCame) {
  file_.exec("INSERT INTO domains (name, type) VALUES ('one.example', 'NATIVE'), ('two.example', 'NATIVE')");
  Database database({.path = path(), .chores = chores_of_service()});
  const auto counted = [&] {
    return OtherProgram(path()).value("SELECT count(*) FROM zone_changes WHERE counting");
  };
  EXPECT_TRUE(eventually([&] { return counted() == "2"; }));
  file_.exec("INSERT INTO domains (name, type) VALUES ('three.example', 'NATIVE')");
  EXPECT_TRUE(eventually([&] { return counted() == "3"; }));
}

// --- many threads

TEST_F(Databases, OpenNoMoreConnectionsThanAllowed) {
  constexpr int readers = 3;
  Database database({.path = path(), .readers = readers});
  std::atomic<int> inside = 0;
  std::atomic<bool> were_all_busy = false;
  std::atomic<bool> were_too_many = false;
  constexpr int callers = 4 * readers;
  std::vector<std::jthread> threads;
  threads.reserve(callers);
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      database.read([&](Connection&) {
        if (++inside > readers) were_too_many = true;
        if (inside == readers) were_all_busy = true;
        EXPECT_TRUE(eventually([&] { return were_all_busy.load(); }));
        --inside;
      });
    });
  }
  threads.clear();
  EXPECT_TRUE(were_all_busy);
  EXPECT_FALSE(were_too_many);
}

TEST_F(Databases, ReadWholeCommitsInManyThreads) {
  file_.exec(
      "INSERT INTO mail_servers (name, weight) VALUES ('mail1.example.com', 1000), ('mail2.example.com', 0);");
  Database database({.path = path(), .readers = 4});
  std::atomic<bool> is_done = false;
  std::atomic<int> reads = 0;
  constexpr int callers = 8;
  std::vector<std::jthread> threads;
  threads.reserve(callers);
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      while (!is_done) {
        std::int64_t sum = 0;
        database.read([&](Connection& connection) {
          for (const auto* sql : {"SELECT weight FROM mail_servers WHERE name = 'mail1.example.com'",
                                  "SELECT weight FROM mail_servers WHERE name = 'mail2.example.com'"}) {
            auto& query = connection.statement(sql);
            query.executeStep();
            sum += query.getColumn(0).getInt64();
          }
        });
        ASSERT_EQ(sum, 1000);
        ++reads;
      }
    });
  }
  OtherProgram other(path());
  other.exec("PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF");
  for (int i = 1; i <= 300; ++i) {
    other.exec(
        "BEGIN IMMEDIATE; UPDATE mail_servers SET weight = weight - 1 WHERE name = 'mail1.example.com';"
        "UPDATE mail_servers SET weight = weight + 1 WHERE name = 'mail2.example.com'; COMMIT");
    EXPECT_TRUE(eventually([&] { return reads >= i; }));
  }
  is_done = true;
}

// --- the log

TEST_F(Databases, EmptyTheLogSoonAfterACommit) {
  Database database({.path = path()});
  for (int i = 0; i < 2; ++i) {
    file_.exec("DELETE FROM records;" + std::string(many_records));
    EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
    EXPECT_GT(fs::file_size(path()), 1000000U);
  }
}

// The sqlite3 shell gives up at once when the store is locked.
TEST_F(Databases, LeaveTheLogToThoseThatWriteUntilTheyRest) {
  Database database({.path = path()});
  OtherProgram writer(path());
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(3000);
  while (std::chrono::steady_clock::now() < until) {
    ASSERT_NO_THROW(writer.exec("INSERT INTO records (name) VALUES ('x')"));
    ASSERT_TRUE(has_content(log()));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // leaves others a chance to lock it
  }
  EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
}

TEST_F(Databases, NeverLockOutAWriterWhileTheLogIsInUse) {
  Database database({.path = path()});
  OtherProgram reader(path());
  reader.hold_snapshot();
  OtherProgram writer(path());
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(2500);
  while (std::chrono::steady_clock::now() < until) {
    ASSERT_NO_THROW(writer.exec("INSERT INTO records (name) VALUES ('x')"));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // leaves others a chance to lock it
  }
  EXPECT_TRUE(has_content(log()));
  reader.exec("COMMIT");
  EXPECT_TRUE(eventually([&] { return !has_content(log()); }));
}

}  // namespace
}  // namespace mxbalance::db
