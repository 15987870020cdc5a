// What was read at names is kept until the next commit, and not a lookup longer.
#include "db/lookup/contents_cache.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "tests/unit/db/store/database_fixture.h"
#include "tests/unit/db/store/injected_steps.h"

namespace mxbalance::db {
namespace {

constexpr std::size_t plenty = 1U << 20U;

class ContentsCaches : public Databases {
 protected:
  ContentsCaches() {
    file_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'sub.example.com', "
        "'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
        " (1, 'www.example.com', 'A', '10.0.0.1', 60), (1, 'sub.example.com', 'NS', 'ns.example.net', 60),"
        " (2, 'sub.example.com', 'TXT', '\"child\"', 60);"
        "INSERT INTO mail_servers (name) VALUES ('m1.example.net'); INSERT INTO pools (name) VALUES ('inbound');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'm1.example.net');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound'), ('mail.example.com', "
        "'MX', "
        "'inbound');"
        // Else the keeper would do it, at a time of its own.
        "UPDATE zone_changes SET counting = 1; INSERT INTO postponements DEFAULT VALUES; DELETE FROM "
        "postponements");
  }

  void add_names() const {
    file_.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
        " INSERT INTO records (domain_id, name, type, content, ttl)"
        " SELECT 1, 'n' || i || '.example.com', 'A', '10.0.0.1', 60 FROM n");
  }

  /// The pools one and two with two servers each, published at one.example.com, two.example.com and
  /// again.two.example.com.
  void add_two_pools() const {
    file_.exec(
        "INSERT INTO mail_servers (name) VALUES ('a1.example.net'), ('a2.example.net'), ('b1.example.net'),"
        " ('b2.example.net');"
        "INSERT INTO pools (name) VALUES ('one'), ('two');"
        "INSERT INTO pool_members (pool, server) VALUES ('one', 'a1.example.net'), ('one', 'a2.example.net'),"
        " ('two', 'b1.example.net'), ('two', 'b2.example.net');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('one.example.com', 'MX', 'one'),"
        " ('two.example.com', 'MX', 'two'), ('again.two.example.com', 'MX', 'two')");
  }

  void drain_one_of_each() const {
    file_.exec("UPDATE mail_servers SET state = 'drain' WHERE name IN ('a1.example.net', 'b1.example.net')");
  }

  static std::string enabled_members(const std::shared_ptr<const NameContents>& contents) {
    std::string names;
    for (const auto& member : contents->mx_pool->members) {
      if (member.server.state == ServerState::enabled) names += member.server.name.substr(0, 3);
    }
    return names;
  }

  static std::string first_record(const std::shared_ptr<const NameContents>& contents) {
    return contents && !contents->records.empty() ? contents->records.front().content : "none";
  }
};

TEST_F(ContentsCaches, KeepsUntilACommit) {
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  ASSERT_TRUE(database.last_commit().has_value());
  const auto before = cache.find(1, "www.example.com");
  EXPECT_EQ(first_record(before), "10.0.0.1");
  EXPECT_EQ(cache.find(1, "www.example.com"), before) << "the same, not read again";
  for (int i = 2; i < 50; ++i) {
    const std::string address = "10.0.0." + std::to_string(i);
    file_.exec("UPDATE records SET content = '" + address + "' WHERE name = 'www.example.com'");
    EXPECT_EQ(first_record(cache.find(1, "www.example.com")), address);
  }
}

TEST_F(ContentsCaches, AReadFromBeforeACommitIsNotTakenForOneAfter) {
  Database database({.path = path()});
  std::optional<Commit> read;
  std::optional<Commit> torn;
  database.read([&](Connection& connection) {
    (void)records_in(connection);
    read = connection.commit_read();
    file_.exec("DELETE FROM records WHERE name = 'www.example.com'");
    torn = connection.commit_read();
  });
  EXPECT_TRUE(read.has_value());
  EXPECT_FALSE(torn.has_value());
  EXPECT_NE(read, database.last_commit());
}

TEST_F(ContentsCaches, TellsZonesApart) {
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(first_record(cache.find(1, "sub.example.com")), "ns.example.net");
    EXPECT_EQ(first_record(cache.find(2, "sub.example.com")), "\"child\"");
    EXPECT_EQ(first_record(cache.find(-1, "sub.example.com")), "\"child\"") << "the deepest zone";
    EXPECT_EQ(first_record(cache.find(17, "www.example.com")), "10.0.0.1") << "a stale id";
    EXPECT_EQ(cache.find(1, "www.example.net"), nullptr);
    EXPECT_TRUE(cache.find(1, "nothing.example.com")->records.empty());
  }
}

TEST_F(ContentsCaches, NamesShareThePoolOfACommit) {
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  const auto pool = cache.find(1, "example.com")->mx_pool;
  ASSERT_TRUE(pool);
  EXPECT_EQ(cache.find(1, "mail.example.com")->mx_pool, pool);
  file_.exec("UPDATE mail_servers SET weight = 7");
  const auto after = cache.find(1, "mail.example.com")->mx_pool;
  EXPECT_EQ(after->members.front().weight, 7U);
  EXPECT_EQ(cache.find(1, "example.com")->mx_pool, after);
}

TEST_F(ContentsCaches, EveryPoolOfACommitIsReadAnew) {
  add_two_pools();
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  EXPECT_EQ(enabled_members(cache.find(1, "one.example.com")), "a1.a2.");
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b1.b2.");
  drain_one_of_each();
  EXPECT_EQ(enabled_members(cache.find(1, "one.example.com")), "a2.");
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b2.");
  EXPECT_EQ(enabled_members(cache.find(1, "again.two.example.com")), "b2.");
}

TEST_F(ContentsCaches, APoolReadDuringACommitIsNotKeptForIt) {
  add_two_pools();
  StepAtStatement commit("FROM pool_members", [&] { drain_one_of_each(); });
  Database database({.path = path(), .readers = 1});
  ContentsCache cache(database, plenty);
  commit.wait_in(database);
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b1.b2.") << "it began before the commit";
  EXPECT_TRUE(commit.is_taken());
  EXPECT_EQ(enabled_members(cache.find(1, "again.two.example.com")), "b2.");
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b2.");
}

TEST_F(ContentsCaches, APoolOfAnOlderCommitTakesThePlaceOfNoNewerOne) {
  add_two_pools();
  std::function<void()> overtake;
  StepAtStatement commit("FROM pool_members", [&] { overtake(); });
  Database database({.path = path(), .readers = 2});
  ContentsCache cache(database, plenty);
  overtake = [&] {
    drain_one_of_each();
    std::jthread([&] { EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b2."); }).join();
  };
  commit.wait_in(database);
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b1.b2.") << "it began before the commit";
  EXPECT_TRUE(commit.is_taken());
  EXPECT_EQ(enabled_members(cache.find(1, "again.two.example.com")), "b2.");
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b2.");
}

TEST_F(ContentsCaches, APoolReadAfterACommitThatItDoesNotSeeIsNotKept) {
  add_two_pools();
  StepAtStatement commit("FROM pool_names", [&] { drain_one_of_each(); });
  Database database({.path = path(), .readers = 1});
  ContentsCache cache(database, plenty);
  commit.wait_in(database);
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b1.b2.") << "it began before the commit";
  EXPECT_TRUE(commit.is_taken());
  EXPECT_EQ(enabled_members(cache.find(1, "again.two.example.com")), "b2.");
  EXPECT_EQ(enabled_members(cache.find(1, "two.example.com")), "b2.");
}

TEST_F(ContentsCaches, KeepsNoMoreThanItMay) {
  add_names();
  Database database({.path = path()});
  ContentsCache small(database, 16 * 2048);
  const auto first = small.find(1, "n1.example.com");
  for (int i = 1; i <= 500; ++i)
    EXPECT_EQ(first_record(small.find(1, "n" + std::to_string(i) + ".example.com")), "10.0.0.1");
  EXPECT_NE(small.find(1, "n1.example.com"), first) << "it had to go, and was read again";
}

TEST_F(ContentsCaches, AFullOneStaysFull) {
  add_names();
  Database database({.path = path()});
  ContentsCache cache(database, 16 * 4096);
  std::vector<std::weak_ptr<const NameContents>> asked;
  std::ptrdiff_t least = std::numeric_limits<std::ptrdiff_t>::max();
  std::ptrdiff_t most = 0;
  for (int i = 1; i <= 500; ++i) {
    asked.push_back(cache.find(1, "n" + std::to_string(i) + ".example.com"));
    const auto kept = std::count_if(asked.begin(), asked.end(), [](const auto& one) { return !one.expired(); });
    most = std::max(most, kept);
    if (i > 250) least = std::min(least, kept);
  }
  EXPECT_LT(most, 250) << "else it was never full";
  EXPECT_GT(least, most * 8 / 10) << "a name that comes pushes out one, not all";
}

TEST_F(ContentsCaches, ACommitMakesRoomForAll) {
  Database database({.path = path()});
  ContentsCache small(database, 16 * 2048);
  for (int ttl = 1; ttl <= 20; ++ttl) {
    file_.exec("UPDATE records SET ttl = " + std::to_string(ttl));
    const auto found = small.find(1, "www.example.com");
    EXPECT_EQ(small.find(1, "www.example.com"), found) << "commit " << ttl;
  }
}

TEST_F(ContentsCaches, KeepsNothingOfNamesAtWhichNothingStands) {
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  const auto first = cache.find(1, "nothing.example.com");
  ASSERT_TRUE(first);
  EXPECT_NE(cache.find(1, "nothing.example.com"), first);
}

TEST_F(ContentsCaches, KeepsNothingWhereItMayNot) {
  Database database({.path = path()});
  ContentsCache cache(database, 0);
  const auto first = cache.find(1, "www.example.com");
  const auto second = cache.find(1, "www.example.com");
  EXPECT_EQ(first_record(second), "10.0.0.1");
  EXPECT_NE(first, second);
}

TEST_F(ContentsCaches, NothingIsKeptOfAStoreThatIsGoneOrReplaced) {
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  EXPECT_EQ(first_record(cache.find(1, "www.example.com")), "10.0.0.1");
  fs::rename(path(), path() + ".away");
  EXPECT_THROW(cache.find(1, "www.example.com"), StoreFailure);
  fs::copy_file(path() + ".away", path() + ".other");
  {
    SQLite::Database other(path() + ".other", SQLite::OPEN_READWRITE);
    other.exec("UPDATE records SET content = '10.9.9.9' WHERE name = 'www.example.com'");
  }
  fs::rename(path() + ".other", path());
  EXPECT_EQ(first_record(cache.find(1, "www.example.com")), "10.9.9.9");
}

TEST_F(ContentsCaches, ReadsEachTimeWhereACommitCannotBeTold) {
  file_.exec("PRAGMA journal_mode = DELETE");
  Connection connection(path(), Connection::Mode::reading);
  EXPECT_FALSE(connection.last_commit().has_value());
  Database database({.path = path()});  // puts it into WAL mode, now or later
  ContentsCache cache(database, plenty);
  EXPECT_EQ(first_record(cache.find(1, "www.example.com")), "10.0.0.1");
  EXPECT_TRUE(eventually([&] {
    (void)cache.find(1, "www.example.com");
    return database.last_commit().has_value();
  }));
}

TEST_F(ContentsCaches, ManyReadersNeverSeeLessThanTheirWriterCommitted) {
  Database database({.path = path()});
  ContentsCache cache(database, plenty);
  SQLite::Database other(path(), SQLite::OPEN_READWRITE, 10'000);
  other.exec("PRAGMA synchronous = OFF; UPDATE records SET content = '\"0\"' WHERE type = 'TXT'");
  std::atomic<int> committed = 0;
  std::atomic<bool> done = false;
  std::vector<std::jthread> readers;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const int least = committed;
        if (std::stoi(first_record(cache.find(2, "sub.example.com")).substr(1)) < least) ++wrong;
      }
    });
  }
  for (int i = 1; i <= 1000; ++i) {
    other.exec("UPDATE records SET content = '\"" + std::to_string(i) + "\"' WHERE type = 'TXT'");
    committed = i;
  }
  done = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace mxbalance::db
