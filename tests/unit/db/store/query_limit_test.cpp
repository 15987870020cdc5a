#include "db/store/query_limit.h"

#include <chrono>
#include <string>

#include <SQLiteCpp/Exception.h>
#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/store/bound_statement.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

using std::chrono::milliseconds;
using Clock = QueryLimit::Clock;

constexpr std::string_view endless_view =
    "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
constexpr std::string_view ask_endless = "SELECT count(*) FROM endless";
constexpr milliseconds soon{100};

/// Of what `work` throws.
std::string ending(const std::function<void()>& work) {
  try {
    work();
  } catch (const QueryEnded& ended) {
    return ended.what();
  }
  return "it ended by itself";
}

class EndlessQueries : public Databases {
 protected:
  void SetUp() override { file_.exec(std::string(endless_view)); }
};

TEST_F(EndlessQueries, OfAReadAreEnded) {
  Database database({.path = path(), .readers = 1});
  const auto generation = [&] {
    std::uint64_t found = 0;
    database.read([&](Connection& connection) { found = connection.generation(); });
    return found;
  };
  const auto before = generation();
  const auto said =
      ending([&] { database.read([](Connection& connection) { number(connection, ask_endless); }, soon); });
  EXPECT_TRUE(said.starts_with(
      "the database cannot be used: a query of it did not end within 100 ms and was ended: it reads much"))
      << said;
  EXPECT_EQ(records_in(database), 0);
  EXPECT_EQ(generation(), before) << "the store has not failed";
}

/// Rows that come for ever, each at once.
TEST_F(EndlessQueries, WithRowsAreEnded) {
  Database database({.path = path()});
  const auto said = ending([&] {
    database.read([](Connection& connection) { texts(connection, "SELECT 1 FROM endless WHERE i % 100000 = 0"); },
                  soon);
  });
  EXPECT_NE(said.find("within 100 ms"), std::string::npos) << said;
}

TEST_F(EndlessQueries, OfAnEditAreEndedAndNothingIsKept) {
  file_.exec(
      "CREATE TRIGGER hang AFTER INSERT ON records BEGIN"
      " UPDATE records SET ttl = (SELECT count(*) FROM endless); END");
  Database database({.path = path()});
  database.end_queries_by(Clock::now() + soon);
  const auto said = ending([&] {
    database.write([](Connection& connection) { execute(connection, "INSERT INTO records (name) VALUES ('x')"); });
  });
  EXPECT_EQ(said, "the database cannot be used: this service is stopping");
  database.end_queries_by(QueryLimit::Time::max());
  EXPECT_EQ(records_in(database), 0);
}

TEST_F(EndlessQueries, EachStatementOfAnEditHasItsTime) {
  Connection connection(path(), Connection::Mode::writing);
  const std::string_view long_query =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000) SELECT count(*) FROM n";
  const auto begin = Clock::now();
  write(connection, [&](Connection& in) { number(in, long_query); });
  const auto once = std::chrono::duration_cast<milliseconds>(Clock::now() - begin) + milliseconds(1);
  const auto ten_times = [&](Connection& in) {
    for (int i = 0; i < 10; ++i)
      number(in, long_query);
  };
  connection.limit().allow_each(once * 5);
  EXPECT_NO_THROW(write(connection, ten_times));
  connection.limit().allow(once * 2);
  EXPECT_THROW(write(connection, ten_times), QueryEnded);
}

/// Of a file that only calls itself a store.
TEST_F(Databases, ASchemaMayCallNothingOfThisProgram) {
  file_.exec("CREATE VIEW spy AS SELECT canonical_type('TYPE15') AS type");
  Connection connection(path(), Connection::Mode::writing);
  const auto asked = [&](std::string_view sql) {
    std::string found;
    read(connection, [&](Connection& in) { found = texts(in, sql).front(); });
    return found;
  };
  EXPECT_EQ(asked("SELECT canonical_type('TYPE15')"), "MX") << "our own statements may";
  EXPECT_THROW(asked("SELECT type FROM spy"), StoreFailure);
}

TEST_F(Databases, ASchemaIsNotEditedAsRows) {
  for (const auto mode : {Connection::Mode::reading, Connection::Mode::writing, Connection::Mode::maintaining}) {
    Connection connection(path(), mode);
    connection.database().exec("PRAGMA writable_schema = ON");
    EXPECT_THROW(connection.database().exec("UPDATE sqlite_schema SET sql = '' WHERE name = 'records'"),
                 SQLite::Exception);
    EXPECT_EQ(connection.database().execAndGet("PRAGMA trusted_schema").getInt(), 0);
  }
}

}  // namespace
}  // namespace mxbalance::db
