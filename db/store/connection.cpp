#include "db/store/connection.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/base/system.h"
#include "db/contents/record_types.h"
#include "db/files/file_systems.h"
#include "db/files/opening.h"
#include "db/files/write_access.h"
#include "db/schema/migrations.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::milliseconds lock_patience{500};

// The time limit of opening. The file may be another program's, with tables of any size.
constexpr std::chrono::seconds longest_opening{10};

void require_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const int error = errno;
    throw StoreFailure(fmt::format("cannot open the database {}: {}{}", path, error_text(error),
                                   error == ENOENT ? "; create it with: " + advice::migrate(path) : ""));
  }
  if (!S_ISREG(status.st_mode)) throw StoreFailure(fmt::format("the database {} is not a file", path));
  if (status.st_size == 0) {
    throw StoreFailure(fmt::format("the database {} is empty; create it with: {}", path, advice::migrate(path)));
  }
}

void require_write_access(const std::string& path) {
  if (may_write(path)) return;
  const auto why = obstacle_to_writing(path);
  throw StoreFailure(fmt::format("the database {} cannot be written{}", path, why ? ": " + *why : ""));
}

/// The sentence that a person reads. The name of a CHECK, or the message of a trigger, is a sentence already. A
/// UNIQUE or NOT NULL constraint has no name, so its sentence is made here.
std::string refusal_text(std::string_view message) {
  const auto takes = [&](std::string_view prefix) {
    if (!message.starts_with(prefix)) return false;
    message.remove_prefix(prefix.size());
    return true;
  };
  if (takes("UNIQUE constraint failed: ")) {
    return fmt::format(
        "another row has the same {} already, and only one may: change that row, or delete it first", message);
  }
  if (takes("NOT NULL constraint failed: ")) return fmt::format("{} must not be empty (NULL)", message);
  takes("CHECK constraint failed: ");
  return std::string(message);
}

/// Rolls the transaction back. Errors are ignored: the exception that is being thrown says more.
void roll_back(Connection& connection) noexcept {
  connection.limit().lift();
  sqlite3_exec(connection.database().getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void run(Connection& connection, std::string_view begin, std::string_view end,
         const std::function<void(Connection&)>& work) {
  try {
    connection.statement(begin).exec();
    try {
      work(connection);
      connection.reset_statements();
      connection.statement(end).exec();
    } catch (...) {
      connection.reset_statements();
      roll_back(connection);
      throw;
    }
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_INTERRUPT)
      throw QueryEnded("the database cannot be used: " + connection.limit().reason());
    rethrow(error);
  }
}

/// Adds canonical_type(TEXT) to SQL: the record type in the form in which rules compare it. Only for statements of
/// this program. Views and triggers must not use it, because other programs do not have it.
void add_canonical_type(SQLite::Database& database) {
  const auto answer = [](sqlite3_context* context, int, sqlite3_value** values) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    if (text == nullptr) return;
    const std::string type = canonical_type(text);
    sqlite3_result_text(context, type.data(), static_cast<int>(type.size()), SQLITE_TRANSIENT);
  };
  sqlite3_create_function_v2(database.getHandle(), "canonical_type", 1,
                             SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr, answer, nullptr,
                             nullptr, nullptr);
}

/// Sets whether closing the last connection copies the log into the database file and deletes the log.
void take_over_log_at_close(SQLite::Database& database, bool is_wanted) {
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_wanted ? 0 : 1, nullptr);
}

}  // namespace

Connection::Connection(const std::string& path, Mode mode, std::uint64_t generation) : generation_(generation) {
  require_path(path);
  require_file(path);
  if (mode == Mode::writing) require_write_access(path);
  try {
    // SQLite opens a file for writing and falls back to reading where it must. It would then not close that
    // descriptor while another connection is open, so the access is chosen here.
    const bool can_write = mode != Mode::reading && may_write(path);
    const int access = can_write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY;
    database_ = std::make_unique<SQLite::Database>(open_database(path, access, lock_patience));
    limit_ = std::make_unique<QueryLimit>(database_->getHandle());
    limit_->allow(longest_opening);
    take_over_log_at_close(*database_, false);  // the file may be another program's
    check_store(path);
    take_over_log_at_close(*database_, true);
    add_canonical_type(*database_);
    if (mode == Mode::reading) {
      database_->exec("PRAGMA cache_size = -1024");
      find_index();
    }
    if (mode == Mode::writing) {
      database_->exec(
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = "
          "-65536");
    }
    if (mode == Mode::maintaining) database_->setBusyTimeout(0);
    limit_->lift();
  } catch (const SQLite::Exception& error) {
    const auto obstacle = obstacle_beside(path);
    throw StoreFailure(fmt::format("cannot read the database {}: {}{}{}", path, error.what(),
                                   obstacle.empty() ? "" : "; ", obstacle));
  }
}

Connection::~Connection() = default;

void Connection::check_store(const std::string& path) {
  const auto found = database_->execAndGet("PRAGMA application_id").getInt64();
  if (found != application_id) {
    if (const auto why = obstacle_to_migration(*database_, path)) throw StoreFailure(*why);
    throw StoreFailure(fmt::format(
        "the database {} was not made by mxbalance (its application_id is {}); bring it up to date with: {}", path,
        found, advice::migrate(path)));
  }
  require_current_schema(*database_, path);
}

/// Finds the WAL index in shared memory. SQLite reads its header before each read, to see whether its cached pages
/// are still valid. Done only in WAL mode, because otherwise SQLite would create an index.
void Connection::find_index() {
  if (database_->execAndGet("PRAGMA journal_mode").getString() != "wal") return;
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database_->getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr || file->pMethods->iVersion < 2) return;
  constexpr int region_size = 32768;
  volatile void* region = nullptr;
  if (file->pMethods->xShmMap(file, 0, region_size, 0, &region) == SQLITE_OK)
    index_ = static_cast<const volatile std::uint32_t*>(region);
}

/// The header is stored twice. A writer changes the second copy first, then the first one. This reads them in the
/// opposite order, so two equal copies are a complete header.
std::optional<Commit> Connection::last_commit() const {
  if (index_ == nullptr) return std::nullopt;
  Commit commit{generation_, {}};
  const std::size_t words = commit.header.size();
  for (std::size_t word = 0; word < words; ++word)
    commit.header.at(word) = __atomic_load_n(index_ + word, __ATOMIC_ACQUIRE);
  for (std::size_t word = 0; word < words; ++word) {
    if (commit.header.at(word) != __atomic_load_n(index_ + words + word, __ATOMIC_RELAXED)) return std::nullopt;
  }
  return commit;
}

/// Offsets as in https://sqlite.org/walformat.html §2.1: mxFrame is in the header, nBackfill follows its two
/// copies.
std::optional<LogBacklog> Connection::backlog() {
  if (index_ == nullptr) return std::nullopt;
  constexpr std::size_t last_frame = 4;
  constexpr std::size_t frames_taken_over = 24;
  constexpr std::int64_t frame_header = 24;
  const std::int64_t frames = __atomic_load_n(index_ + last_frame, __ATOMIC_ACQUIRE);
  const std::int64_t taken_over = __atomic_load_n(index_ + frames_taken_over, __ATOMIC_RELAXED);
  struct stat status {};
  LogBacklog found;
  if (::stat((database_->getFilename() + "-wal").c_str(), &status) == 0) found.size = status.st_size;
  const auto page_size = database_->execAndGet("PRAGMA page_size").getInt64();
  found.waiting = std::max<std::int64_t>(0, frames - taken_over) * (page_size + frame_header);
  return found;
}

std::optional<Commit> Connection::commit_read() const {
  return before_ && before_ == last_commit() ? before_ : std::nullopt;
}

SQLite::Statement& Connection::statement(std::string_view sql) {
  limit_->statement_begins();
  const auto known = statements_.find(sql);
  if (known == statements_.end()) {
    auto prepared = std::make_unique<SQLite::Statement>(*database_, std::string(sql));
    return *statements_.emplace(sql, std::move(prepared)).first->second;
  }
  SQLite::Statement& statement = *known->second;
  statement.tryReset();
  statement.clearBindings();
  return statement;
}

void Connection::reset_statements() noexcept {
  for (auto& [sql, prepared] : statements_)
    (void)prepared->tryReset();
}

void turn_off_memory_statistics() noexcept {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void read(Connection& connection, const std::function<void(Connection&)>& work) {
  connection.before_ = connection.last_commit();
  connection.snapshot_ = ++*connection.last_snapshot_;
  run(connection, "BEGIN", "COMMIT", work);
}

void write(Connection& connection, const std::function<void(Connection&)>& work) {
  run(connection, "BEGIN IMMEDIATE", "COMMIT", work);
}

void rehearse(Connection& connection, const std::function<void(Connection&)>& work) {
  run(connection, "BEGIN IMMEDIATE", "ROLLBACK", work);
}

void rethrow(const SQLite::Exception& error) {
  if (error.getErrorCode() == SQLITE_CONSTRAINT) throw Refusal(refusal_text(error.what()));
  throw StoreFailure(std::string("the database cannot be used: ") + error.what());
}

}  // namespace mxbalance::db
