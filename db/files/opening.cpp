#include "db/files/opening.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/base/errors.h"
#include "db/files/innocuous_json.h"

namespace mxbalance::db {

SQLite::Database open_database(const std::string& path, int flags, std::chrono::milliseconds wait_for_locks) {
  SQLite::Database database(path, flags | SQLite::OPEN_NOMUTEX, static_cast<int>(wait_for_locks.count()));
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  add_innocuous_json(database.getHandle());
  return database;
}

std::string locked_by_others(const std::string& path, std::chrono::seconds waited) {
  return fmt::format("the database {} has been locked by another process for {} s: stop it, and run this again",
                     path, waited.count());
}

void require_path(const std::string& path) {
  const bool is_in_memory = path == ":memory:";
  if (!is_in_memory && !path.starts_with("file:")) return;
  throw Refusal(fmt::format(
      "{0} is not allowed: SQLite takes it for {1}, and the path of a file is needed; a file of that name "
      "has the path ./{0}",
      path, is_in_memory ? "a database in memory" : "a URI"));
}

SQLite::Database open_in_memory() {
  return open_database(":memory:", SQLite::OPEN_READWRITE);
}

}  // namespace mxbalance::db
