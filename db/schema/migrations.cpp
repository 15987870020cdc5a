#include "db/schema/migrations.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/files/file_systems.h"
#include "db/files/opening.h"
#include "db/schema/adoption.h"
#include "db/schema/copies.h"
#include "db/schema/embedded_migrations.h"
#include "db/schema/schema.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::seconds wait_for_others{10};
constexpr std::chrono::seconds wait_for_migrations{60};  // enough for a large store, or for several stores in turn
constexpr mode_t new_file_mode = 0600;                   // it may hold keys; an existing file keeps its mode

/// A migration as the table schema_migrations records it.
struct Migration {
  std::int64_t number = 0;
  std::string name;
  std::string checksum;  ///< SHA-256 of its text, in hexadecimal
};

/// What a file holds before migrations are applied.
enum class Origin { empty, powerdns, mxbalance };

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw StoreFailure("OpenSSL cannot compute SHA-256, which the checksums of migrations need");
  }
  std::ostringstream hex;
  hex << std::hex << std::setfill('0');
  for (unsigned int i = 0; i < length; ++i)
    hex << std::setw(2) << unsigned{digest.at(i)};
  return hex.str();
}

std::int64_t leading_number(std::string_view name) {
  std::int64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

/// The migrations of this binary. Computed once, because every new connection needs them.
const std::vector<Migration>& known_migrations() {
  static const std::vector<Migration> known = [] {
    std::vector<Migration> all;
    for (const auto& [name, sql] : embedded_migrations()) {
      all.push_back({leading_number(name), std::string(name), sha256(sql)});
    }
    return all;
  }();
  return known;
}

std::vector<Migration> recorded_migrations(SQLite::Database& database) {
  std::vector<Migration> recorded;
  if (!database.tableExists("schema_migrations")) return recorded;
  SQLite::Statement rows(database, "SELECT number, name, checksum FROM schema_migrations ORDER BY number");
  while (rows.executeStep()) {
    recorded.push_back(
        {rows.getColumn(0).getInt64(), rows.getColumn(1).getString(), rows.getColumn(2).getString()});
  }
  return recorded;
}

/// Why `recorded` are not the first migrations of this binary, as a sentence. Absent when they are.
std::optional<std::string> contradiction(const std::vector<Migration>& recorded, const std::string& path) {
  const auto& known = known_migrations();
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Migration& theirs = recorded[i];
    if (i == known.size()) {
      return "the database " + path + " was made by a newer mxbalance: it has the migration " + theirs.name +
             ", and the last that this mxbalance knows is " + known.back().name + "; use the newer mxbalance";
    }
    const Migration& ours = known[i];
    if (theirs.number != ours.number || theirs.name != ours.name) {
      return "the database " + path + " has the migration " + theirs.name + " where this mxbalance has " +
             ours.name + ": another build made it; use that one, or restore a backup";
    }
    if (theirs.checksum != ours.checksum) {
      return "the migration " + ours.name + " was applied to the database " + path +
             " with another text than this mxbalance has (SHA-256 " + theirs.checksum + ", here " + ours.checksum +
             "): another build made it; use that one, or restore a backup";
    }
  }
  return std::nullopt;
}

Origin origin_of(SQLite::Database& database, const std::string& path) {
  const auto id = database.execAndGet("PRAGMA application_id").getInt64();
  if (id == application_id) return Origin::mxbalance;
  if (id != 0) {
    throw Refusal("the database " + path + " belongs to another application (its application_id is " +
                  std::to_string(id) + "): name another file");
  }
  const auto objects = objects_in(database);
  if (objects.empty()) return Origin::empty;
  if (columns_in(database).contains("schema_migrations.checksum")) return Origin::mxbalance;
  if (!objects.contains("domains") || !objects.contains("records")) {
    throw Refusal("the database " + path + " has tables that are neither mxbalance's nor PowerDNS's, such as " +
                  *objects.begin() + ": name another file");
  }
  require_adoptable(database, path);
  return Origin::powerdns;
}

/// Refuses a database that must not be changed. Uses one read transaction, because another process may be
/// migrating.
Origin inspect(SQLite::Database& database, const std::string& path) {
  const SQLite::Transaction one_commit(database, SQLite::TransactionBehavior::DEFERRED);
  const Origin origin = origin_of(database, path);
  if (origin == Origin::mxbalance) {
    if (const auto why = contradiction(recorded_migrations(database), path)) throw Refusal(*why);
  }
  return origin;
}

/// Creates an empty file where there is none. SQLite would make it readable for everybody.
void require_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw StoreFailure("the database " + path + " is a directory: name a file");
    if (!S_ISREG(status.st_mode)) throw StoreFailure("the database " + path + " is not a file");
    return;
  }
  const int descriptor = errno == ENOENT ? ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, new_file_mode) : -1;
  if (descriptor >= 0) {
    ::fchmod(descriptor, new_file_mode);  // the umask may have removed permissions
    ::close(descriptor);
    return;
  }
  const int error = errno;
  std::string directory = std::filesystem::path(path).parent_path().string();
  if (directory.empty()) directory = ".";
  throw StoreFailure("cannot create the database " + path + ": " + std::generic_category().message(error) +
                     (error == ENOENT ? "; create the directory " + directory + " first"
                                      : "; the directory " + directory + " must be writable for this user"));
}

/// Puts the store into WAL mode. When several processes do this at once, SQLite fails in some without calling its
/// busy handler, so it is tried again.
void use_write_ahead_log(SQLite::Database& database, const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + wait_for_others;
  std::string mode;
  while (mode.empty()) {
    try {
      mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  if (mode != "wal") {
    throw StoreFailure("the database " + path +
                       " is on a file system where SQLite's WAL mode does not work: put it on a local disk");
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

/// Applies the migration unless another process has done so. Returns whether it was applied here.
bool apply(SQLite::Database& database, std::size_t index, const std::string& path) {
  const Migration& migration = known_migrations()[index];
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const auto recorded = recorded_migrations(database);
  if (const auto why = contradiction(recorded, path)) throw Refusal(*why);
  if (recorded.size() > index) return false;
  const RulesForNewRowsOnly relaxed(database);
  try {
    database.exec(std::string(embedded_migrations()[index].sql));
    database.exec(std::string(schema_migrations_table));
    SQLite::Statement record(database,
                             "INSERT INTO schema_migrations (number, name, checksum, applied_at) "
                             "VALUES (?, ?, ?, CAST(strftime('%s','now') AS INTEGER))");
    record.bind(1, migration.number);
    record.bind(2, migration.name);
    record.bind(3, migration.checksum);
    record.exec();
    transaction.commit();
  } catch (const SQLite::Exception& error) {
    throw StoreFailure("the migration " + migration.name + " cannot be applied to the database " + path + ": " +
                       error.what() + "; nothing of it was kept");
  }
  return true;
}

/// Lets one process at a time migrate in a directory, so that only one copy is made. The lock is on the directory,
/// because closing the database file would drop the locks that SQLite has on it. Where the directory cannot be
/// locked, the transactions still protect the database.
class MigrationLock {
 public:
  explicit MigrationLock(const std::string& path) {
    auto directory = std::filesystem::path(path).parent_path();
    if (directory.empty()) directory = ".";
    descriptor_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const auto deadline = std::chrono::steady_clock::now() + wait_for_migrations;
    while (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      if (std::chrono::steady_clock::now() > deadline) {
        ::close(descriptor_);
        throw StoreFailure("another process has been migrating in " + directory.string() + " for " +
                           std::to_string(wait_for_migrations.count()) + " s: wait for it, and run this again");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  ~MigrationLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  int descriptor_ = -1;
};

std::string numbered(std::int64_t number) {
  std::ostringstream text;
  text << std::setfill('0') << std::setw(4) << number;
  return text.str();
}

/// The number of the first missing migration, which becomes part of the copy's name.
std::string label_of(std::size_t next) {
  return numbered(known_migrations()[next].number);
}

/// Refuses migrations that do not fit. The sentence also names missing or changed parts of the schema, which may
/// be the reason.
void require_fit(SQLite::Database& database, const std::string& path, Origin origin, std::size_t first) {
  try {
    require_migrations_fit(database, path, first);
  } catch (const Refusal& refusal) {
    const auto faults = origin == Origin::mxbalance ? faults_in(schema_differences(database, first))
                                                    : std::vector<SchemaDifference>{};
    if (faults.empty()) throw;
    throw Refusal(refusal.what() + std::string(" (") + in_words(faults.front()) + "; " +
                  remedy_of(faults.front(), path) + ")");
  }
}

MigrationReport bring_up_to_date(SQLite::Database& database, const std::string& path, bool repair) {
  const Origin origin = inspect(database, path);
  const std::size_t first = recorded_migrations(database).size();
  MigrationReport report;
  if (repair && origin == Origin::mxbalance && !faults_in(schema_differences(database, first)).empty()) {
    report.backup = copy_beside(database, path, "repair");
    report.repaired = repair_schema(database, first);
  }
  if (origin != Origin::empty && first < known_migrations().size()) {
    require_fit(database, path, origin, first);
    if (report.backup.empty()) report.backup = copy_beside(database, path, label_of(first));
  }
  use_write_ahead_log(database, path);
  for (std::size_t i = first; i < known_migrations().size(); ++i) {
    if (apply(database, i, path)) report.applied.push_back(known_migrations()[i].name);
  }
  const bool began = !report.applied.empty() && report.applied.front() == known_migrations().front().name;
  report.created = began && origin == Origin::empty;
  report.adopted = began && origin == Origin::powerdns;
  // A copy made with .dump of the sqlite3 shell lacks only this.
  if (database.execAndGet("PRAGMA application_id").getInt64() != application_id) {
    database.exec("PRAGMA application_id = " + std::to_string(application_id));
  }
  report.differences = schema_differences(database);
  return report;
}

std::string failure(const SQLite::Exception& error, const std::string& path) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
      return "the database " + path + " has been locked by another process for " +
             std::to_string(wait_for_others.count()) + " s: stop it, and run this again";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return "the database " + path + " cannot be written (" + error.what() +
             "): the file and its directory must be writable for this user";
    default:
      return "the database " + path + " cannot be used: " + error.what();
  }
}

}  // namespace

MigrationReport migrate(const std::string& path, bool repair) {
  require_path(path);
  require_one_path(path);
  const MigrationLock lock(path);
  require_file(path);
  try {
    SQLite::Database database = open_database(path, SQLite::OPEN_READWRITE, wait_for_others);
    return bring_up_to_date(database, path, repair);
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_NOTADB) {
      throw Refusal("the file " + path + " is not an SQLite database: name another file");
    }
    throw StoreFailure(failure(error, path));
  }
}

std::optional<std::string> obstacle_to_migration(SQLite::Database& database, const std::string& path) {
  try {
    inspect(database, path);
    return std::nullopt;
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
}

void require_current_schema(SQLite::Database& database, const std::string& path) {
  const auto recorded = recorded_migrations(database);
  if (const auto why = contradiction(recorded, path)) throw StoreFailure(*why);
  const auto& known = known_migrations();
  if (recorded.size() < known.size()) {
    throw StoreFailure("the database " + path + " lacks the migration " + known[recorded.size()].name +
                       (known.size() - recorded.size() > 1 ? " and later ones" : "") +
                       "; run: " + advice::migrate(path));
  }
}

}  // namespace mxbalance::db
