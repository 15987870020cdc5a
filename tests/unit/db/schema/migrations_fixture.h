// What the tests of migrations share: database files of every origin, and looks into them from outside.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/types.h>

#include "db/schema/embedded_migrations.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db::testing {

inline constexpr std::string_view powerdns_schema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";

/// A dump of a store from before the first release, with the last schema of that time.
inline constexpr std::string_view former_schema = MXBALANCE_SOURCE_DIR "/tests/unit/db/schema/older/former.sql";

/// The file's bytes; empty where there is no file.
std::string content_of(const std::filesystem::path& path);

/// The names of this binary's migrations.
std::vector<std::string> known_names();

/// This binary's migrations, and two that are made up.
std::vector<EmbeddedMigration> with_later_ones();

/// All rows of `query`, cells joined by '|'.
std::vector<std::string> rows(const std::string& path, const std::string& query);

/// The only row of `query`.
std::string value(const std::string& path, const std::string& query);

/// Expects a sound database that has all migrations and opens.
void expect_complete(const std::string& path);

/// Runs `work` in a child process, which exits with 0 unless `work` throws.
pid_t start_child(const std::function<void()>& work);

/// Waits for the child, and returns its status as waitpid gives it.
int status_of(pid_t child);

class Migrations : public ::testing::Test {
 protected:
  /// Runs `sql` on the database, which is created where there is none.
  void make_with(const std::string& sql) const;

  /// As PowerDNS's SQLite backend makes one, with rows in every table. Some are odd: PowerDNS does not mind.
  void make_by_powerdns() const;

  void remove_database() const;

  /// Expects `migrate` to throw `Kind` with a sentence that has each of `parts`, and to leave the file as it was.
  template <typename Kind>
  void expect_refused(const std::vector<std::string>& parts) const;

  TemporaryDirectory directory_;
  std::string path_ = directory_.path() / "store.db";
};

}  // namespace mxbalance::db::testing
