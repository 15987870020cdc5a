#include "db/files/page_copy.h"

#include <chrono>
#include <thread>

#include <sqlite3.h>

#include "db/base/errors.h"
#include "db/files/opening.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::seconds wait_for_writers{10};

/// Copies `pages_at_once` pages (-1: all). Waits while other programs have the target locked.
void step(SQLite::Backup& pages, int pages_at_once, const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + wait_for_writers;
  for (int result = pages.executeStep(pages_at_once); result == SQLITE_BUSY || result == SQLITE_LOCKED;
       result = pages.executeStep(pages_at_once)) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw StoreFailure("the database " + path + " has been locked by another process for " +
                         std::to_string(wait_for_writers.count()) + " s: stop it, and run this again");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

void lock_target(SQLite::Backup& pages, const std::string& path) {
  step(pages, 0, path);
}

void copy_pages(SQLite::Backup& pages, const std::string& path) {
  step(pages, -1, path);
}

void write_copy(SQLite::Database& source, const PartialFile& file) {
  SQLite::Database target = open_database(file.path(), SQLite::OPEN_READWRITE);
  {
    SQLite::Backup pages(target, source);
    copy_pages(pages, file.path());
  }
  target.exec("PRAGMA journal_mode = DELETE");  // in WAL mode the copy would need files beside it
}

}  // namespace mxbalance::db
