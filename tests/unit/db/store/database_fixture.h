// A store for the tests of Database, other programs that use its file, and what they read from it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "db/store/database.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {

namespace fs = std::filesystem;

inline constexpr std::chrono::seconds patience{20};

/// Waits for a condition that other threads bring about.
inline bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

// More than a connection's cache holds, so that reading all of it means reading the file.
inline constexpr std::string_view many_records =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    " INSERT INTO records (name, content) SELECT i || '.example', hex(zeroblob(200)) FROM n;";
inline constexpr std::int64_t many = 3000;

/// How many records there are, from two statements; -1 where they disagree.
inline std::int64_t records_in(Connection& connection) {
  auto& rows = connection.statement("SELECT content FROM records");
  std::int64_t read = 0;
  while (rows.executeStep())
    ++read;
  auto& count = connection.statement("SELECT count(*) FROM records");
  count.executeStep();
  return count.getColumn(0).getInt64() == read ? read : -1;
}

inline std::int64_t records_in(Database& database) {
  std::int64_t records = -1;
  database.read([&](Connection& connection) { records = records_in(connection); });
  return records;
}

/// Runs `work` in two connections at once.
inline void read_twice_at_once(Database& database, const std::function<void(Connection&)>& work) {
  std::atomic<int> inside = 0;
  constexpr int connections = 2;
  std::vector<std::jthread> threads;
  threads.reserve(connections);
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      database.read([&](Connection& connection) {
        ++inside;
        EXPECT_TRUE(eventually([&] { return inside == connections; }));
        work(connection);
      });
    });
  }
}

inline std::string file_content(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

/// Into the file that is there, as cp does.
inline void write_in_place(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

inline std::string junk(std::size_t size) {
  std::string text;
  while (text.size() < size)
    text += "This is no page of a database. ";
  return text.substr(0, size);
}

inline bool has_content(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return !error && size > 0;
}

/// Another program's connection.
class OtherProgram {
 public:
  explicit OtherProgram(const std::string& path) : database_(path, SQLite::OPEN_READWRITE) {
    // It may outlive the file, and would take the log of whatever stands at the path with it.
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }

  void exec(const std::string& sql) { database_.exec(sql); }

  std::string value(const std::string& sql) { return database_.execAndGet(sql).getString(); }

  void hold_snapshot() { exec("BEGIN; SELECT count(*) FROM records"); }

  /// Whether the whole log could be taken over: no reader holds an older commit.
  bool can_empty_log() { return value("PRAGMA wal_checkpoint(TRUNCATE)") == "0"; }

 private:
  SQLite::Database database_;
};

class Databases : public ::testing::Test {
 protected:
  [[nodiscard]] const std::string& path() const { return file_.path(); }
  [[nodiscard]] std::string log() const { return path() + "-wal"; }

  void empty_log() { ASSERT_TRUE(OtherProgram(path()).can_empty_log()); }

  /// Looks at the index, which there is in WAL mode only: reading the mode would put the change to it off.
  [[nodiscard]] bool is_in_wal_mode() const { return fs::exists(path() + "-shm"); }

  [[nodiscard]] std::vector<std::string> logs_set_aside() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(fs::path(path()).parent_path())) {
      if (entry.path().string().starts_with(log() + ".replaced-")) found.push_back(entry.path().string());
    }
    return found;
  }

  testing::TemporaryDatabase file_;
};

}  // namespace mxbalance::db
