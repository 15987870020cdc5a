#include "tests/unit/db/temporary_database.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <SQLiteCpp/Database.h>

#include "db/schema/migrations.h"

namespace mxbalance::db::testing {

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mxbalance-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), pattern);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

/// Migrating takes many times as long as copying what it makes.
const std::filesystem::path& migrated_once() {
  static const TemporaryDirectory directory;
  static const std::filesystem::path path = [] {
    auto made = directory.path() / "mxbalance.db";
    migrate(made);
    return made;
  }();
  return path;
}

}  // namespace

TemporaryDatabase::TemporaryDatabase() : path_(directory_.path() / "mxbalance.db") {
  std::filesystem::copy_file(migrated_once(), path_);
}

void TemporaryDatabase::exec(const std::string& sql) const {
  constexpr int busy_timeout_ms = 10'000;
  SQLite::Database(path_, SQLite::OPEN_READWRITE, busy_timeout_ms).exec(sql);
}

}  // namespace mxbalance::db::testing
