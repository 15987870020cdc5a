// The schema as a person with the sqlite3 shell meets it: one statement at a time, foreign keys off.
#pragma once

#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>

namespace mxbalance::db::testing {

/// A store in memory with all migrations. One thread.
class HandEditedStore {
 public:
  HandEditedStore();

  /// Runs `statements`. Returns "ok", or the sentence that refuses them; then nothing is changed.
  std::string says(const std::string& statements);

  /// Runs `statements`, which must be allowed: the test fails otherwise.
  void exec(const std::string& statements);

  /// What `says` would return; the store stays as it was.
  std::string would_say(const std::string& statements);

  /// All rows of `query`, cells joined by '|', NULL as an empty cell.
  std::vector<std::string> rows(const std::string& query);

  /// The only row of `query`.
  std::string value(const std::string& query);

  SQLite::Database& database() { return database_; }

 private:
  SQLite::Database database_;
};

}  // namespace mxbalance::db::testing
