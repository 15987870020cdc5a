#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include "db/base/errors.h"
#include "db/schema/embedded_migrations.h"
#include "db/store/backup.h"
#include "db/store/restore.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

class Copies : public Databases {
 protected:
  [[nodiscard]] std::string copy() const { return path() + ".copy"; }
  [[nodiscard]] std::string log_of_copy() const { return copy() + "-wal"; }

  void add_zone(const std::string& name) const {
    OtherProgram(path()).exec("INSERT INTO domains (name, type) VALUES ('" + name + "', 'NATIVE')");
  }

  /// Their names, in order.
  static std::string zones_in(const std::string& file) {
    return OtherProgram(file).value("SELECT coalesce(group_concat(name, ' '), '') FROM domains ORDER BY name");
  }

  /// What `restore` or `back_up` said against it.
  template <typename Failure>
  static std::string refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const Failure& error) {
      return error.what();
    }
    return "nothing was said against it";
  }
};

TEST_F(Copies, HoldWhatTheStoreHeldAndComeBack) {
  add_zone("one.example");
  back_up(path(), copy());
  add_zone("two.example");
  EXPECT_EQ(zones_in(copy()), "one.example");
  EXPECT_EQ(restore(path(), copy(), true), path() + ".before-restore");
  EXPECT_EQ(zones_in(path() + ".before-restore"), "one.example two.example");
  EXPECT_EQ(zones_in(path()), "one.example");
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
}

TEST_F(Copies, TakeNothingAwayUnlessForced) {
  back_up(path(), copy());
  OtherProgram(path()).exec(
      "INSERT INTO domains (name, type) VALUES ('b.example', 'NATIVE'), ('a.example', 'NATIVE');"
      "INSERT INTO mail_servers (name) VALUES ('m1.a.example'), ('m2.a.example'), ('m3.a.example');"
      "INSERT INTO pools (name) VALUES ('p')");
  EXPECT_EQ(refusal<Refusal>([&] { restore(path(), copy()); }),
            "restoring would take away from the database " + path() +
                " what the copy does not have: 2 zones (such as a.example), 1 pool (p), 3 servers (such as "
                "m1.a.example); if that is meant, give --force");
  EXPECT_EQ(zones_in(path()), "a.example b.example");
  EXPECT_FALSE(fs::exists(path() + ".before-restore"));
  restore(path(), copy(), true);
  EXPECT_EQ(zones_in(path()), "");
  EXPECT_EQ(restore(path(), path() + ".before-restore"), path() + ".before-restore.2") << "the way back";
  EXPECT_EQ(zones_in(path()), "a.example b.example");
}

TEST_F(Copies, TakeNoPublishedNameAwayUnlessForced) {
  add_zone("a.example");
  OtherProgram(path()).exec(
      "INSERT INTO mail_servers (name) VALUES ('m1.a.example'); INSERT INTO pools (name) VALUES ('p');"
      "INSERT INTO pool_members (pool, server) VALUES ('p', 'm1.a.example')");
  back_up(path(), copy());
  OtherProgram(path()).exec("INSERT INTO pool_names (name, kind, pool) VALUES ('a.example', 'MX', 'p')");
  EXPECT_EQ(refusal<Refusal>([&] { restore(path(), copy()); }),
            "restoring would take away from the database " + path() +
                " what the copy does not have: 1 published name (a.example); if that is meant, give --force");
}

TEST_F(Copies, ThatAreMissingOrEmptyAreNotProposedToBeMade) {
  EXPECT_EQ(refusal<Refusal>([&] { restore(path(), copy()); }),
            "cannot open the copy " + copy() + ": No such file or directory; name a file that `backup` made");
  write_in_place(copy(), "");
  EXPECT_EQ(refusal<Refusal>([&] { restore(path(), copy()); }),
            "the copy " + copy() + " is empty: name a file that `backup` made");
}

TEST_F(Copies, DoNotForgetWhomResolversKeep) {
  OtherProgram(path()).exec(
      "INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE');"
      "INSERT INTO mail_servers (name, state) VALUES ('m1.example.com', 'drain');"
      "INSERT INTO mail_servers (name) VALUES ('m2.example.com'), ('m3.example.com');"
      "INSERT INTO pools (name, ttl) VALUES ('p', 600)");
  back_up(path(), copy());
  OtherProgram(path()).exec(
      "UPDATE mail_servers SET state = 'enabled';"
      "INSERT INTO pool_members (pool, server) SELECT 'p', name FROM mail_servers;"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'p');"
      "DELETE FROM pool_members WHERE server = 'm3.example.com'");
  restore(path(), copy(), true);
  EXPECT_EQ(
      OtherProgram(path()).value(
          "SELECT group_concat(server || ' ' || (until - strftime('%s', 'now') BETWEEN 590 AND 601), ', ') FROM"
          " (SELECT server, until FROM kept_servers ORDER BY server)"),
      "m1.example.com 1, m2.example.com 1, m3.example.com 1");
  EXPECT_EQ(
      OtherProgram(path()).value("SELECT safe_at - strftime('%s', 'now') BETWEEN 590 AND 601 FROM mail_servers"
                                 " WHERE name = 'm1.example.com'"),
      "1");
}

TEST_F(Copies, AreOneFileThatOnlyItsOwnerReads) {
  add_zone("one.example");
  back_up(path(), copy());
  struct stat status {};
  ASSERT_EQ(::stat(copy().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(fs::exists(log_of_copy()));
  for (const auto& entry : fs::directory_iterator(fs::path(copy()).parent_path()))
    EXPECT_EQ(entry.path().string().find(copy() + "."), std::string::npos) << entry.path();
}

TEST_F(Copies, AreOfOneCommit) {
  std::atomic<bool> done = false;
  std::atomic<int> commits = 0;
  std::jthread writer([&] {
    OtherProgram script(path());
    script.exec("PRAGMA busy_timeout = 5000");
    while (!done) {
      script.exec(
          "BEGIN IMMEDIATE; INSERT INTO records (name, content) VALUES ('a.example', '1');"
          "INSERT INTO records (name, content) VALUES ('b.example', '1'); COMMIT");
      ++commits;
    }
  });
  for (int i = 0; i < 20; ++i) {
    const std::string file = copy() + std::to_string(i);
    EXPECT_TRUE(eventually([&] { return commits > i; }));
    back_up(path(), file);
    EXPECT_EQ(OtherProgram(file).value("SELECT count(*) % 2 FROM records"), "0");
  }
  done = true;
}

TEST_F(Copies, AreSeenWholeByAServiceAsSoonAsTheyAreRestored) {
  OtherProgram(path()).exec(std::string(many_records));
  back_up(path(), copy());
  OtherProgram(path()).exec("DELETE FROM records");
  const std::string empty = path() + ".empty";
  back_up(path(), empty);
  Database database({.path = path(), .readers = 4});
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto records = records_in(database);
        EXPECT_TRUE(records == 0 || records == many) << records;
        ++reads;
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    restore(path(), copy());
    EXPECT_EQ(records_in(database), many);
    EXPECT_TRUE(eventually([&] { return reads > i; }));
    restore(path(), empty);
    EXPECT_EQ(records_in(database), 0);
  }
  done = true;
}

TEST_F(Copies, BringBackAStoreThatIsGone) {
  add_zone("one.example");
  back_up(path(), copy());
  OtherProgram left_open(path());  // so that a log stays
  left_open.exec("INSERT INTO domains (name, type) VALUES ('two.example', 'NATIVE')");
  fs::remove(path());
  restore(path(), copy());
  EXPECT_EQ(zones_in(path()), "one.example");
  EXPECT_EQ(logs_set_aside().size(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Copies, BringBackAStoreThatIsEmpty) {
  add_zone("one.example");
  back_up(path(), copy());
  empty_log();
  write_in_place(path(), "");
  restore(path(), copy());
  EXPECT_EQ(zones_in(path()), "one.example");
}

TEST_F(Copies, AreNotWrittenOverAFile) {
  write_in_place(copy(), "a letter");
  EXPECT_EQ(refusal<Refusal>([&] { back_up(path(), copy()); }),
            "there is a file " + copy() + " already: name a new one");
  EXPECT_EQ(file_content(copy()), "a letter");
}

TEST_F(Copies, ThatFailLeaveNothing) {
  const std::string nowhere = path() + ".d/copy";
  EXPECT_EQ(refusal<StoreFailure>([&] { back_up(path(), nowhere); }),
            "cannot write " + nowhere + ": No such file or directory");
  EXPECT_EQ(refusal<StoreFailure>([&] { back_up(path() + ".none", copy()); }),
            "cannot open the database " + path() +
                ".none: No such file or directory; create it with: mxbalance --db " + path() + ".none migrate");
  EXPECT_FALSE(fs::exists(copy()));
}

TEST_F(Copies, AreCheckedBeforeTheStoreIsTouched) {
  add_zone("one.example");
  OtherProgram(path()).exec(std::string(many_records));
  back_up(path(), copy());
  add_zone("two.example");
  std::string content = file_content(copy());
  content.replace(content.size() / 2, 8192, junk(8192));
  write_in_place(copy(), content);
  EXPECT_TRUE(
      refusal<Refusal>([&] { restore(path(), copy()); }).starts_with("the copy " + copy() + " is damaged ("));
  EXPECT_EQ(zones_in(path()), "one.example two.example");
}

TEST_F(Copies, OfAnotherSchemaAreRefused) {
  back_up(path(), copy());
  OtherProgram(copy()).exec(
      "DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)");
  EXPECT_EQ(refusal<StoreFailure>([&] { restore(path(), copy()); }),
            "the database " + copy() + " lacks the migration " + std::string(embedded_migrations().back().name) +
                "; run: mxbalance --db " + copy() + " migrate");
  write_in_place(copy(), "a letter");
  EXPECT_EQ(refusal<StoreFailure>([&] { restore(path(), copy()); }),
            "cannot read the database " + copy() + ": file is not a database");
}

TEST_F(Copies, AreNotRestoredOverOtherPeoplesDatabases) {
  back_up(path(), copy());
  OtherProgram(path()).exec("PRAGMA application_id = 7");
  EXPECT_EQ(refusal<Refusal>([&] { restore(path(), copy()); }),
            "the database " + path() +
                " was not made by mxbalance (its application_id is 7): restoring would "
                "overwrite it; name another file, or move it away");
  EXPECT_EQ(refusal<Refusal>([&] { restore(path(), path()); }),
            path() + " is the database itself: name a copy of it");
}

TEST_F(Copies, SayWhatToDoWhereTheStoreIsDamaged) {
  back_up(path(), copy());
  empty_log();
  write_in_place(path(), junk(8192));
  EXPECT_EQ(refusal<StoreFailure>([&] { restore(path(), copy()); }),
            "the database " + path() + " is damaged (file is not a database): move it away, such as to " + path() +
                ".damaged, and restore again");
}

/// Each is in the copy of what was there, or in what was restored.
TEST_F(Copies, LoseNoCommitThatIsMadeMeanwhile) {
  back_up(path(), copy());
  OtherProgram(path()).exec(std::string(many_records));
  std::atomic<bool> done = false;
  std::atomic<int> committed = 0;
  std::jthread writer([&] {
    OtherProgram script(path());
    script.exec("PRAGMA busy_timeout = 20000; PRAGMA synchronous = OFF");
    for (int number = 1; !done; ++number) {
      script.exec("INSERT INTO records (name, content) VALUES ('commit.example', '" + std::to_string(number) +
                  "')");
      committed = number;
    }
  });
  std::vector<std::string> stores;
  for (int round = 0; round < 3; ++round) {
    const int before = committed;
    EXPECT_TRUE(eventually([&] { return committed > before + 5; }));
    stores.push_back(restore(path(), copy(), true));
  }
  done = true;
  writer.join();
  stores.push_back(path());
  std::set<int> found;
  for (const auto& store : stores) {
    SQLite::Database database(store, SQLite::OPEN_READONLY);
    SQLite::Statement rows(database, "SELECT CAST(content AS INTEGER) FROM records WHERE name = 'commit.example'");
    while (rows.executeStep())
      found.insert(rows.getColumn(0).getInt());
  }
  EXPECT_EQ(found.size(), static_cast<std::size_t>(committed.load()));
}

TEST_F(Copies, WaitForWritersToEnd) {
  back_up(path(), copy());
  OtherProgram script(path());
  script.exec("BEGIN IMMEDIATE; INSERT INTO records (name, content) VALUES ('a.example', '1')");
  std::atomic<bool> restored = false;
  std::jthread restoring([&] {
    restore(path(), copy());
    restored = true;
  });
  EXPECT_FALSE(restored);
  script.exec("COMMIT");
  restoring.join();
  EXPECT_EQ(OtherProgram(path()).value("SELECT count(*) FROM records"), "0");
}

}  // namespace
}  // namespace mxbalance::db
