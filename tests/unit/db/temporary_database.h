// Files for tests that need a real one: gone when the object is.
#pragma once

#include <filesystem>
#include <string>

namespace mxbalance::db::testing {

/// A new directory under the system's temporary one, removed with all it holds at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A fresh, migrated database in a directory of its own. It holds no connection: exec opens one each time, as a
/// person with the sqlite3 shell does, so foreign keys are off. Any thread.
class TemporaryDatabase {
 public:
  TemporaryDatabase();

  const std::string& path() const { return path_; }

  /// Runs the statements in `sql`. Throws SQLite::Exception with what SQLite says.
  void exec(const std::string& sql) const;

 private:
  TemporaryDirectory directory_;
  std::string path_;
};

}  // namespace mxbalance::db::testing
