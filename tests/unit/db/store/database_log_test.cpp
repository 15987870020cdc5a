// Where a store's log lies, who takes it over, and what becomes of it when the file beside it goes away.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/files/store_files.h"
#include "db/store/database.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::db {
namespace {

/// How many records the main file alone holds, as a copy of nothing but it does.
std::string records_in_file_alone(const std::string& path) {
  const std::string copy = path + ".alone";
  fs::copy_file(path, copy, fs::copy_options::overwrite_existing);
  std::string records = OtherProgram(copy).value("SELECT count(*) FROM records");
  for (const char* const end : {"", "-wal", "-shm"})
    fs::remove(copy + end);
  return records;
}

void commit_one_record(const std::string& path) {
  OtherProgram(path).exec("INSERT INTO records (name) VALUES ('one.example')");
}

void write_one_record(Database& database) {
  database.write([](Connection& connection) {
    connection.statement("INSERT INTO records (name) VALUES ('one.example')").exec();
  });
}

/// Another process that has the store open and reads it. To be made where this one has no other threads: what they
/// hold at the fork stays locked in the other process.
class ReadingProcess {
 public:
  explicit ReadingProcess(const std::string& path) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    EXPECT_EQ(::pipe(end_), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(end_[1]);
      OtherProgram reader(path);
      reader.hold_snapshot();
      const char done = 1;
      char ignored = 0;
      if (::write(ready[1], &done, 1) == 1 && ::read(end_[0], &ignored, 1) == 0) ::_exit(0);
      ::_exit(1);
    }
    ::close(ready[1]);
    ::close(end_[0]);
    char is_ready = 0;
    EXPECT_EQ(::read(ready[0], &is_ready, 1), 1);
    ::close(ready[0]);
  }

  ~ReadingProcess() {
    ::close(end_[1]);
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    EXPECT_EQ(status, 0);
  }

  ReadingProcess(const ReadingProcess&) = delete;
  ReadingProcess& operator=(const ReadingProcess&) = delete;

 private:
  int end_[2] = {-1, -1};
  pid_t child_ = -1;
};

// --- links

class LinkedDatabases : public Databases {
 protected:
  LinkedDatabases() { fs::create_symlink(path(), link_); }

  testing::TemporaryDirectory elsewhere_;
  const std::string link_ = elsewhere_.path() / "mail.db";
};

TEST_F(LinkedDatabases, HaveTheirLogWhereTheLinkLeads) {
  EXPECT_EQ(StoreFiles(link_).log_path(), fs::canonical(path()).string() + "-wal");
}

TEST_F(LinkedDatabases, SeeCommitsAfterTheirLogWasDeleted) {
  Database database({.path = link_});
  ASSERT_EQ(records_in(database), 0);
  // Another process deletes both and commits: a copy of the same store, whose log takes the place, plays it.
  const std::string copy = path() + ".copy";
  fs::copy_file(path(), copy);
  commit_one_record(copy);
  fs::rename(copy + "-wal", log());
  fs::remove(path() + "-shm");
  EXPECT_TRUE(eventually([&] { return records_in(database) == 1; }));
}

TEST_F(LinkedDatabases, AreReadWhereTheLinkLeadsNowAndLeaveTheOtherItsLog) {
  Database database({.path = link_});
  OtherProgram reader(path());
  reader.hold_snapshot();
  write_one_record(database);
  ASSERT_EQ(records_in(database), 1);
  const testing::TemporaryDatabase other;
  other.exec(std::string(many_records));
  fs::create_symlink(other.path(), link_ + ".new");
  fs::rename(link_ + ".new", link_);
  EXPECT_EQ(records_in(database), many);
  EXPECT_TRUE(has_content(log())) << "the log stays with its database";
  EXPECT_TRUE(logs_set_aside().empty());
  EXPECT_EQ(OtherProgram(path()).value("SELECT count(*) FROM records"), "1");
}

// --- the end

TEST_F(Databases, LeaveTheFileWholeAtTheirEnd) {
  auto database = std::make_unique<Database>(Database::Options{.path = path()});
  write_one_record(*database);
  commit_one_record(path());
  database.reset();
  EXPECT_FALSE(has_content(log()));
  EXPECT_EQ(records_in_file_alone(path()), "2");
}

TEST_F(Databases, LeaveAReadersSnapshotToItAtTheirEnd) {
  auto database = std::make_unique<Database>(Database::Options{.path = path()});
  OtherProgram reader(path());
  reader.hold_snapshot();
  commit_one_record(path());
  database.reset();
  EXPECT_EQ(OtherProgram(path()).value("SELECT count(*) FROM records"), "1");
}

TEST_F(Databases, DoNotWriteAnotherStoresLogAtTheirEnd) {
  auto database = std::make_unique<Database>(Database::Options{.path = path()});
  const testing::TemporaryDatabase other;
  OtherProgram reader(other.path());
  reader.hold_snapshot();
  commit_one_record(other.path());
  const std::string before = file_content(other.path());
  fs::create_symlink(other.path(), path() + ".new");
  fs::rename(path() + ".new", path());
  database.reset();
  EXPECT_EQ(file_content(other.path()), before);
}

// --- a log that was deleted

TEST_F(Databases, TakeADeletedLogOver) {
  Database database({.path = path()});
  commit_one_record(path());
  ASSERT_TRUE(eventually([&] { return !has_content(log()); })) << "what takes logs over is at work";
  {
    OtherProgram reader(path());  // keeps the next commit in the log
    reader.hold_snapshot();
    commit_one_record(path());
    ASSERT_EQ(records_in(database), 2);
  }
  fs::remove(log());
  EXPECT_TRUE(eventually([&] { return fs::exists(log()); })) << "it is opened anew";
  EXPECT_EQ(records_in(database), 2);
  EXPECT_EQ(records_in_file_alone(path()), "2");
}

// --- a log that others made

/// Puts a store that has no log in the place of the one at `path`, as VACUUM INTO makes it.
void replace_by_one_without_log(const std::string& path) {
  const testing::TemporaryDatabase other;
  ASSERT_EQ(OtherProgram(other.path()).value("PRAGMA journal_mode = DELETE"), "delete");
  fs::rename(other.path(), path);
}

class NewLogs : public Databases {
 protected:
  /// Replaced while its log is not empty, the store that is there now must not leave it to the next one.
  void expect_that_the_next_store_is_whole(Database& database) {
    OtherProgram reader(path());
    reader.hold_snapshot();
    commit_one_record(path());
    ASSERT_TRUE(has_content(log()));
    const testing::TemporaryDatabase next;
    next.exec(std::string(many_records));
    ASSERT_TRUE(OtherProgram(next.path()).can_empty_log());
    fs::rename(next.path(), path());
    EXPECT_EQ(records_in(database), many);
    EXPECT_EQ(OtherProgram(path()).value("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(logs_set_aside().size(), 1U);
  }
};

TEST_F(NewLogs, OfAnEditAreKnownAtOnce) {
  Database database({.path = path()});
  replace_by_one_without_log(path());
  ASSERT_EQ(records_in(database), 0);
  write_one_record(database);
  expect_that_the_next_store_is_whole(database);
}

TEST_F(NewLogs, OfAnotherProgramAreKnownSoon) {
  Database database({.path = path()});
  replace_by_one_without_log(path());
  ASSERT_EQ(records_in(database), 0);
  OtherProgram other(path());
  ASSERT_EQ(other.value("PRAGMA journal_mode = WAL"), "wal");
  other.exec("INSERT INTO records (name) VALUES ('one.example')");
  ASSERT_TRUE(eventually([&] { return !has_content(log()); }));
  expect_that_the_next_store_is_whole(database);
}

// --- the log of a database that is replaced

class ReplacedFiles : public Databases {
 protected:
  ReplacedFiles() {
    commit_one_record(path());
    files_.learn();
    files_.saw_log(state_of(log()));
  }

  /// Another store takes the place of the one that has been open.
  void replace() {
    ASSERT_TRUE(OtherProgram(other_.path()).can_empty_log());
    fs::rename(other_.path(), path());
  }

  StoreFiles files_{path()};
  testing::TemporaryDatabase other_;
};

TEST_F(ReplacedFiles, SetTheFormersLogAside) {
  const std::string former = file_content(log());
  replace();
  files_.leave_former();
  EXPECT_FALSE(fs::exists(log()));
  EXPECT_FALSE(fs::exists(path() + "-shm"));
  ASSERT_EQ(logs_set_aside().size(), 1U);
  EXPECT_EQ(file_content(logs_set_aside().front()), former);
}

TEST_F(ReplacedFiles, SetALogAsideThatWasWrittenBeforeTheReplacement) {
  // A round that nobody here has seen.
  ASSERT_TRUE(OtherProgram(path()).can_empty_log());
  commit_one_record(path());
  ASSERT_NE(state_of(log()).header, LogHeader{});
  replace();
  files_.leave_former();
  EXPECT_EQ(logs_set_aside().size(), 1U);
}

TEST_F(ReplacedFiles, KeepALogThatAnotherProgramBeganAfterTheReplacement) {
  replace();
  // What the other program writes goes into the file that is there, under a header of its own, and later.
  const testing::TemporaryDatabase same;
  commit_one_record(same.path());
  write_in_place(log(), file_content(same.path() + "-wal"));
  fs::last_write_time(log(), fs::file_time_type::clock::now() + std::chrono::seconds(1));
  files_.leave_former();
  EXPECT_TRUE(has_content(log()));
  EXPECT_TRUE(logs_set_aside().empty());
}

TEST_F(ReplacedFiles, KeepTheIndexThatAnotherProgramHasOpen) {
  ASSERT_TRUE(OtherProgram(path()).can_empty_log());  // nothing to set aside
  files_.saw_log(state_of(log()));
  replace();
  {
    const ReadingProcess reader(path());
    files_.leave_former();
    EXPECT_TRUE(fs::exists(path() + "-shm")) << "its commits go through it";
  }
  files_.learn();
  files_.leave_former();
  EXPECT_FALSE(fs::exists(path() + "-shm"));
}

}  // namespace
}  // namespace mxbalance::db
