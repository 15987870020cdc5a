#include "db/files/page_copy.h"

#include <chrono>

#include <sqlite3.h>

#include "db/base/errors.h"
#include "db/base/system.h"
#include "db/files/opening.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::seconds wait_for_writers{10};

/// Copies `pages_at_once` pages (-1: all). Waits while other programs have the target locked.
void step(SQLite::Backup& pages, int pages_at_once, const std::string& path) {
  const auto try_once = [&] {
    const int result = pages.executeStep(pages_at_once);
    return result != SQLITE_BUSY && result != SQLITE_LOCKED;
  };
  if (!keep_trying(wait_for_writers, try_once)) throw StoreFailure(locked_by_others(path, wait_for_writers));
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
