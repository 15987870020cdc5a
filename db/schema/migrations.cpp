#include "db/schema/migrations.h"

#include <cerrno>
#include <chrono>
#include <optional>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/base/system.h"
#include "db/files/file_systems.h"
#include "db/files/opening.h"
#include "db/schema/adoption.h"
#include "db/schema/copies.h"
#include "db/schema/recorded.h"
#include "db/schema/takeover.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::seconds wait_for_others{10};
constexpr std::chrono::seconds wait_for_migrations{60};  // enough for a large store, or for several stores in turn
constexpr mode_t new_file_mode = 0600;                   // it may hold keys; an existing file keeps its mode

/// What a file holds before migrations are applied.
enum class Origin { empty, powerdns, mxbalance };

Origin origin_of(SQLite::Database& database, const std::string& path) {
  const auto id = database.execAndGet("PRAGMA application_id").getInt64();
  if (id == application_id) return Origin::mxbalance;
  if (id != 0) {
    throw Refusal(fmt::format(
        "the database {} belongs to another application (its application_id is {}): name another file", path, id));
  }
  const auto objects = objects_in(database);
  if (objects.empty()) return Origin::empty;
  if (columns_in(database).contains("schema_migrations.checksum")) return Origin::mxbalance;
  if (!objects.contains("domains") || !objects.contains("records")) {
    throw Refusal(fmt::format(
        "the database {} has tables that are neither mxbalance's nor PowerDNS's, such as {}: name another file",
        path, *objects.begin()));
  }
  require_adoptable(database, path);
  return Origin::powerdns;
}

/// Refuses a database that must not be changed. Uses one read transaction, because another process may be
/// migrating.
Origin inspect(SQLite::Database& database, const std::string& path, EmbeddedMigrations migrations) {
  const SQLite::Transaction one_commit(database, SQLite::TransactionBehavior::DEFERRED);
  const Origin origin = origin_of(database, path);
  if (origin == Origin::mxbalance) {
    if (const auto why = contradiction(recorded_migrations(database), migrations, path)) throw Refusal(*why);
  }
  return origin;
}

/// Creates an empty file where there is none. SQLite would make it readable for everybody.
void require_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode))
      throw StoreFailure(fmt::format("the database {} is a directory: name a file", path));
    if (!S_ISREG(status.st_mode)) throw StoreFailure(fmt::format("the database {} is not a file", path));
    return;
  }
  const int descriptor = errno == ENOENT ? ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, new_file_mode) : -1;
  if (descriptor >= 0) {
    ::fchmod(descriptor, new_file_mode);  // the umask may have removed permissions
    ::close(descriptor);
    return;
  }
  const int error = errno;
  const auto directory = directory_of(path);
  throw StoreFailure(fmt::format("cannot create the database {}: {}; {}", path, error_text(error),
                                 error == ENOENT
                                     ? fmt::format("create the directory {} first", directory)
                                     : fmt::format("the directory {} must be writable for this user", directory)));
}

/// Puts the store into WAL mode. When several processes do this at once, SQLite fails in some without calling its
/// busy handler, so it is tried again.
void use_write_ahead_log(SQLite::Database& database, const std::string& path) {
  std::string mode;
  std::optional<SQLite::Exception> busy;
  const auto try_once = [&] {
    try {
      mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_BUSY) throw;
      busy = error;
    }
    return !mode.empty();
  };
  if (!keep_trying(wait_for_others, try_once)) throw SQLite::Exception(*busy);
  if (mode != "wal") {
    throw StoreFailure(fmt::format(
        "the database {} is on a file system where SQLite's WAL mode does not work: put it on a local disk",
        path));
  }
}

/// Switches rules off for existing rows while a migration runs. SQLite would check every row when a column with a
/// rule is added, and one bad row would prevent the upgrade. `check` names such rows afterwards.
class RulesForNewRowsOnly {
 public:
  explicit RulesForNewRowsOnly(SQLite::Database& database) : database_(database) {
    database_.exec("PRAGMA ignore_check_constraints = ON");
  }
  ~RulesForNewRowsOnly() { database_.tryExec("PRAGMA ignore_check_constraints = OFF"); }
  RulesForNewRowsOnly(const RulesForNewRowsOnly&) = delete;
  RulesForNewRowsOnly& operator=(const RulesForNewRowsOnly&) = delete;

 private:
  SQLite::Database& database_;
};

/// Applies the migration at `index` unless another process has done so. Returns whether it was applied here.
bool apply(SQLite::Database& database, EmbeddedMigrations migrations, std::size_t index, const std::string& path) {
  const auto& migration = migrations[index];
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const auto recorded = recorded_migrations(database);
  if (const auto why = contradiction(recorded, migrations, path)) throw Refusal(*why);
  if (recorded.size() > index) return false;
  const RulesForNewRowsOnly relaxed(database);
  try {
    run_migration(database, migration, index == 0 && is_of_former_schema(database), path);
    database.exec(std::string(schema_migrations_table));
    SQLite::Statement record(database,
                             "INSERT INTO schema_migrations (number, name, checksum, applied_at) "
                             "VALUES (?, ?, ?, CAST(strftime('%s','now') AS INTEGER))");
    record.bind(1, migration.number);
    record.bind(2, std::string(migration.name));
    record.bind(3, std::string(migration.checksum));
    record.exec();
    transaction.commit();
  } catch (const SQLite::Exception& error) {
    throw StoreFailure(
        fmt::format("the migration {} cannot be applied to the database {}: {}; nothing of it was kept",
                    migration.name, path, error.what()));
  }
  return true;
}

/// Lets one process at a time migrate in a directory, so that only one copy is made. The lock is on the directory,
/// because closing the database file would drop the locks that SQLite has on it. Where the directory cannot be
/// locked, the transactions still protect the database.
class MigrationLock {
 public:
  explicit MigrationLock(const std::string& path) {
    const auto directory = directory_of(path);
    descriptor_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const auto try_once = [this] {
      return descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    };
    if (keep_trying(wait_for_migrations, try_once)) return;
    ::close(descriptor_);
    throw StoreFailure(
        fmt::format("another process has been migrating in {} for {} s: wait for it, and run this again",
                    directory, wait_for_migrations.count()));
  }
  ~MigrationLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// Refuses migrations that do not fit. The sentence also names missing or changed parts of the schema, which may
/// be the reason.
void require_fit(SQLite::Database& database, const std::string& path, EmbeddedMigrations applied,
                 EmbeddedMigrations missing) {
  try {
    require_migrations_fit(database, path, missing);
  } catch (const Refusal& refusal) {
    const auto faults = faults_in(schema_differences(database, applied));
    if (faults.empty()) throw;
    throw Refusal(
        fmt::format("{} ({}; {})", refusal.what(), in_words(faults.front()), remedy_of(faults.front(), path)));
  }
}

MigrationReport bring_up_to_date(SQLite::Database& database, const std::string& path, bool repair,
                                 EmbeddedMigrations migrations) {
  const Origin origin = inspect(database, path, migrations);
  const auto applied = migrations.first(recorded_migrations(database).size());
  const auto missing = migrations.subspan(applied.size());
  MigrationReport report;
  if (repair && !faults_in(schema_differences(database, applied)).empty()) {
    report.backup = copy_beside(database, path, "repair");
    report.repaired = repair_schema(database, applied);
  }
  if (origin != Origin::empty && !missing.empty()) {
    require_fit(database, path, applied, missing);
    report.taken_over = is_of_former_schema(database);
    if (report.taken_over) require_unique(database, path);
    const auto number = missing.front().name.substr(0, missing.front().name.find('_'));
    if (report.backup.empty()) report.backup = copy_beside(database, path, std::string(number));
  }
  use_write_ahead_log(database, path);
  for (std::size_t i = applied.size(); i < migrations.size(); ++i) {
    if (apply(database, migrations, i, path)) report.applied.emplace_back(migrations[i].name);
  }
  const bool began = !report.applied.empty() && report.applied.front() == migrations.front().name;
  report.created = began && origin == Origin::empty;
  report.adopted = began && origin == Origin::powerdns;
  // A copy made with .dump of the sqlite3 shell lacks only this.
  if (database.execAndGet("PRAGMA application_id").getInt64() != application_id) {
    database.exec(fmt::format("PRAGMA application_id = {}", application_id));
  }
  report.differences = schema_differences(database, migrations);
  return report;
}

std::string failure(const SQLite::Exception& error, const std::string& path) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
      return locked_by_others(path, wait_for_others);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return fmt::format(
          "the database {} cannot be written ({}): the file and its directory must be writable for this user",
          path, error.what());
    default:
      return fmt::format("the database {} cannot be used: {}", path, error.what());
  }
}

}  // namespace

MigrationReport migrate(const std::string& path, bool repair, EmbeddedMigrations migrations) {
  require_path(path);
  require_one_path(path);
  const MigrationLock lock(path);
  require_file(path);
  try {
    SQLite::Database database = open_database(path, SQLite::OPEN_READWRITE, wait_for_others);
    return bring_up_to_date(database, path, repair, migrations);
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_NOTADB) {
      throw Refusal(fmt::format("the file {} is not an SQLite database: name another file", path));
    }
    throw StoreFailure(failure(error, path));
  }
}

std::optional<std::string> obstacle_to_migration(SQLite::Database& database, const std::string& path) {
  try {
    inspect(database, path, embedded_migrations());
    return std::nullopt;
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
}

void require_current_schema(SQLite::Database& database, const std::string& path, EmbeddedMigrations migrations) {
  const auto recorded = recorded_migrations(database);
  if (const auto why = contradiction(recorded, migrations, path)) throw StoreFailure(*why);
  const auto missing = migrations.subspan(recorded.size());
  if (missing.empty()) return;
  throw StoreFailure(fmt::format("the database {} lacks the migration {}{}; run: {}", path, missing.front().name,
                                 missing.size() > 1 ? " and later ones" : "", advice::migrate(path)));
}

}  // namespace mxbalance::db
