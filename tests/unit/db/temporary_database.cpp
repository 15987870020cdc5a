#include "tests/unit/db/temporary_database.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <SQLiteCpp/Database.h>

#include "db/migrations.h"

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

TemporaryDatabase::TemporaryDatabase() : path_(directory_.path() / "mxbalance.db") {
  migrate(path_);
}

void TemporaryDatabase::exec(const std::string& sql) const {
  constexpr int busy_timeout_ms = 10'000;
  SQLite::Database(path_, SQLite::OPEN_READWRITE, busy_timeout_ms).exec(sql);
}

}  // namespace mxbalance::db::testing
