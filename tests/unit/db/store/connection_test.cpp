#include "db/store/connection.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/schema/embedded_migrations.h"
#include "db/schema/migrations.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

using Mode = Connection::Mode;

class Connections : public ::testing::Test {
 protected:
  std::int64_t count(std::string_view table) {
    const SQLite::Database other(database_.path(), SQLite::OPEN_READONLY);
    SQLite::Statement query(other, "SELECT count(*) FROM " + std::string(table));
    query.executeStep();
    return query.getColumn(0).getInt64();
  }

  /// Whether another connection could take over the whole log: no reader holds an older commit.
  bool can_empty_log() {
    SQLite::Database other(database_.path(), SQLite::OPEN_READWRITE);
    SQLite::Statement checkpoint(other, "PRAGMA wal_checkpoint(TRUNCATE)");
    checkpoint.executeStep();
    return checkpoint.getColumn(0).getInt() == 0;
  }

  [[nodiscard]] std::string beside(const std::string& name) const {
    return std::filesystem::path(database_.path()).replace_filename(name).string();
  }

  testing::TemporaryDatabase database_;
};

/// What StoreFailure says when a connection is opened; empty: it could be.
std::string failure_to_open(const std::string& path, Mode mode = Mode::reading) {
  try {
    const Connection connection(path, mode);
    return {};
  } catch (const StoreFailure& failure) {
    return failure.what();
  }
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
}

// --- opening

TEST_F(Connections, OpenAStore) {
  EXPECT_EQ(failure_to_open(database_.path()), "");
  EXPECT_EQ(failure_to_open(database_.path(), Mode::writing), "");
}

TEST_F(Connections, RefuseWhatIsNoStoreAndLeaveItAsItIs) {
  const std::string missing = beside("missing.db");
  const std::string empty = beside("empty.db");
  write_file(empty, "");
  const std::string text = beside("text.db");
  const std::string words = "This is no database, however long it is. " + std::string(5000, 'x');
  write_file(text, words);
  for (const Mode mode : {Mode::reading, Mode::writing}) {
    EXPECT_TRUE(contains(failure_to_open(missing, mode),
                         missing + ": No such file or directory; create it with: mxbalance"))
        << failure_to_open(missing, mode);
    EXPECT_FALSE(std::filesystem::exists(missing));
    EXPECT_TRUE(contains(failure_to_open(empty, mode), "is empty; create it with: mxbalance"));
    EXPECT_EQ(std::filesystem::file_size(empty), 0U);
    EXPECT_TRUE(contains(failure_to_open(text, mode), "cannot read the database " + text));
    EXPECT_EQ(std::filesystem::file_size(text), words.size());
    EXPECT_TRUE(contains(failure_to_open(beside("."), mode), "is not a file"));
    EXPECT_NE(failure_to_open(database_.path() + "/x", mode), "");
    EXPECT_NE(failure_to_open("", mode), "");
  }
}

TEST_F(Connections, RefuseOtherDatabases) {
  const std::string foreign = beside("foreign.db");
  SQLite::Database(foreign, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE records (name TEXT)");
  EXPECT_TRUE(contains(failure_to_open(foreign), "neither mxbalance's nor PowerDNS's"));
  SQLite::Database(foreign, SQLite::OPEN_READWRITE)

      .exec("PRAGMA application_id = " + std::to_string(application_id));
  EXPECT_NE(failure_to_open(foreign), "");
  EXPECT_FALSE(contains(failure_to_open(foreign), "was not made by mxbalance"));
}

TEST_F(Connections, SendToMigrateOnlyWhatItTakes) {
  const std::string powerdns = beside("pdns.db");
  SQLite::Database other(powerdns, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  other.exec(std::string(powerdns_tables()));
  EXPECT_TRUE(contains(failure_to_open(powerdns),
                       "was not made by mxbalance (its application_id is 0); bring it up"
                       " to date with: mxbalance --db " +
                           powerdns + " migrate"));
  other.exec("PRAGMA application_id = 99");
  const std::string refusal =
      "the database " + powerdns + " belongs to another application (its application_id is 99): name another file";
  EXPECT_EQ(failure_to_open(powerdns), refusal);
  EXPECT_EQ(failure_to_open(powerdns, Mode::writing), refusal);
}

TEST_F(Connections, RefuseATruncatedStore) {
  { const Connection writer(database_.path(), Mode::writing); }  // its log is empty
  std::filesystem::resize_file(database_.path(), std::filesystem::file_size(database_.path()) / 2);
  EXPECT_NE(failure_to_open(database_.path()), "");
}

TEST_F(Connections, WriteAheadAndNeverWriteWhenReading) {
  Connection writer(database_.path(), Mode::writing);
  EXPECT_EQ(writer.database().execAndGet("PRAGMA journal_mode").getString(), "wal");
  Connection reader(database_.path(), Mode::reading);
  EXPECT_THROW(write(reader, [](Connection& connection) { connection.statement("DELETE FROM domains").exec(); }),
               StoreFailure);
}

// --- statements

TEST_F(Connections, KeepEachStatement) {
  Connection connection(database_.path(), Mode::reading);
  auto& first = connection.statement("SELECT ?1, ?2");
  first.bind(1, 17);
  first.bind(2, "text");
  ASSERT_TRUE(first.executeStep());
  auto& again = connection.statement("SELECT ?1, ?2");
  EXPECT_EQ(&first, &again);
  EXPECT_NE(&first, &connection.statement("SELECT ?1, ?2, 3"));
  ASSERT_TRUE(again.executeStep()) << "it starts anew";
  EXPECT_TRUE(again.isColumnNull(0)) << "without what was bound";
  EXPECT_TRUE(again.isColumnNull(1));
}

// --- reading

TEST_F(Connections, ReadOneCommitAtATime) {
  Connection connection(database_.path(), Mode::reading);
  const auto zones = [&] {
    auto& query = connection.statement("SELECT count(*) FROM domains");
    query.executeStep();
    return query.getColumn(0).getInt();
  };
  read(connection, [&](Connection&) {
    EXPECT_EQ(zones(), 0);
    database_.exec("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')");
    EXPECT_EQ(zones(), 0);
  });
  read(connection, [&](Connection&) { EXPECT_EQ(zones(), 1); });
}

TEST_F(Connections, HoldNoCommitBetweenReads) {
  database_.exec("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE'), ('example.net', 'NATIVE')");
  Connection connection(database_.path(), Mode::reading);
  const auto step_once = [](Connection& in_transaction) {
    ASSERT_TRUE(in_transaction.statement("SELECT name FROM domains").executeStep());
  };
  read(connection, [&](Connection& in_transaction) {
    step_once(in_transaction);
    database_.exec("DELETE FROM domains");
    EXPECT_FALSE(can_empty_log()) << "the transaction is open here";
  });
  EXPECT_TRUE(can_empty_log()) << "after a query that was not read to its end";

  EXPECT_THROW(read(connection,
                    [&](Connection& in_transaction) {
                      in_transaction.statement("SELECT name FROM mail_servers").executeStep();
                      database_.exec("INSERT INTO domains (name, type) VALUES ('example.org', 'NATIVE')");
                      throw std::logic_error("stop");
                    }),
               std::logic_error);
  EXPECT_TRUE(can_empty_log()) << "after an exception";
  read(connection, step_once);
}

TEST_F(Connections, TurnEveryErrorOfSqliteIntoAStoreFailure) {
  Connection connection(database_.path(), Mode::reading);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(
        read(connection, [](Connection& in_transaction) { in_transaction.statement("SELECT * FROM nothing"); }),
        StoreFailure);
    EXPECT_THROW(
        read(connection,
             [](Connection& in_transaction) { in_transaction.statement("SELECT json('no')").executeStep(); }),
        StoreFailure);
    read(connection, [](Connection& in_transaction) {
      EXPECT_TRUE(in_transaction.statement("SELECT count(*) FROM domains").executeStep());
    });
  }
}

// --- writing

TEST_F(Connections, CommitWhatIsWritten) {
  Connection connection(database_.path(), Mode::writing);
  write(connection, [&](Connection& in_transaction) {
    in_transaction.statement("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')").exec();
    EXPECT_EQ(count("domains"), 0);
  });
  EXPECT_EQ(count("domains"), 1);
}

TEST_F(Connections, ChangeNothingWhenTheWorkThrows) {
  Connection connection(database_.path(), Mode::writing);
  EXPECT_THROW(
      write(connection,
            [](Connection& in_transaction) {
              in_transaction.statement("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')").exec();
              in_transaction.statement("SELECT name FROM domains").executeStep();
              throw std::logic_error("stop");
            }),
      std::logic_error);
  EXPECT_EQ(count("domains"), 0);
  write(connection, [](Connection& in_transaction) {
    in_transaction.statement("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')").exec();
  });
  EXPECT_EQ(count("domains"), 1);
}

/// What Refusal says when `sql` (a literal) is written; empty: it could be.
std::string refusal_of(Connection& connection, std::string_view sql) {
  try {
    write(connection, [&](Connection& in_transaction) { in_transaction.statement(sql).exec(); });
    return {};
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
}

TEST_F(Connections, RefuseWithTheRulesOwnSentence) {
  Connection connection(database_.path(), Mode::writing);
  ASSERT_EQ(refusal_of(connection, "INSERT INTO mail_servers (name) VALUES ('mail1.example.com')"), "");
  EXPECT_EQ(refusal_of(connection, "UPDATE mail_servers SET weight = 65536"),
            "mail_servers.weight must be a whole number from 0 to 65535");
  EXPECT_EQ(refusal_of(connection, "INSERT INTO pool_members (pool, server) VALUES ('none', 'mail1.example.com')"),
            "pool_members.pool names no pool: insert it into pools first");
  EXPECT_EQ(
      refusal_of(connection, "INSERT INTO mail_servers (name) VALUES ('mail1.example.com')"),
      "another row has the same mail_servers.name already, and only one may: change that row, or delete it first");
  EXPECT_EQ(refusal_of(connection, "INSERT INTO domains (name, type) VALUES (NULL, 'NATIVE')"),
            "domains.name must not be empty (NULL)");
  EXPECT_EQ(count("mail_servers"), 1);
}

TEST_F(Connections, FailWhileAnotherOneWrites) {
  Connection connection(database_.path(), Mode::writing);
  Connection other(database_.path(), Mode::writing);
  write(other, [&](Connection&) {
    EXPECT_THROW(write(connection, [](Connection&) {}), StoreFailure);
    read(connection, [](Connection& in_transaction) {
      EXPECT_TRUE(in_transaction.statement("SELECT count(*) FROM domains").executeStep());
    });
  });
  write(connection, [](Connection&) {});
}

}  // namespace
}  // namespace mxbalance::db
