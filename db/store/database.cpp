#include "db/store/database.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/base/system.h"
#include "db/files/file_systems.h"
#include "db/files/write_access.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

// The pages of a commit are in the database file within this time. A copy of that file alone is then complete, and
// a file that replaces it finds no log to inherit.
constexpr std::chrono::seconds keep_interval{1};

// Bytes. A longer log is emptied even while other programs write.
constexpr std::int64_t longest_log = 16 << 20;

// Reads of a file that was replaced are stopped after this time, because the next reads wait for them.
constexpr std::chrono::milliseconds longest_wait_for_reads{500};

// The longest time that lookups wait while the store is put into WAL mode. After that, the change is tried again
// later.
constexpr std::chrono::milliseconds longest_hold{200};

// The time limit of one statement of the keeper. It may hold the lock that writers wait for.
constexpr std::chrono::seconds longest_maintenance{5};

// How long an edit waits for a lock. PowerDNS waits 2 s for a reply, unless its option `timeout` says otherwise.
constexpr int edit_timeout_ms = 1500;

bool is_in_wal_mode(Connection& connection) {
  return texts(connection, "PRAGMA journal_mode") == std::vector<std::string>{"wal"};
}

bool is_read_only(Connection& connection) {
  return sqlite3_db_readonly(connection.database().getHandle(), "main") == 1;
}

/// Bytes of one page in the log, with its frame header.
std::int64_t frame_size(Connection& connection) {
  return number(connection, "PRAGMA page_size").value_or(0) + 24;
}

StoreFailure being_replaced(const std::string& path) {
  return StoreFailure{fmt::format("the database {} is being replaced", path)};
}

std::string all_busy(const Database::Options& options) {
  return fmt::format(
      "the database {} is read by so many at once that none of the {} connections (--readers) came free in time: "
      "look for what asks for lists of large zones",
      options.path, options.readers);
}

}  // namespace

/// A connection borrowed from the pool. It goes back to the pool, unless the store failed on it. Then it is closed
/// together with the idle connections and the writer, because they may have outdated pages in memory. The next
/// connection is opened again with all checks.
class Database::Lease {
 public:
  Lease(Database& database, QueryLimit::Time until) : database_(database), connection_(database.take(until)) {}
  ~Lease() { database_.give_back(std::move(connection_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Connection& connection() { return *connection_; }
  void close() { connection_.reset(); }

 private:
  Database& database_;
  std::unique_ptr<Connection> connection_;
};

Database::Database(Options options)
    : options_(std::move(options)), files_(options_.path), watch_(options_.path, options_.tell) {
  const Connection first(options_.path, Connection::Mode::reading);  // at the start, its errors say what to do
  read([](Connection&) {});
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

/// Copies the log into the database file. That file is then complete alone, and a file that replaces it has no log
/// to inherit.
Database::~Database() {
  keeper_ = {};
  close_idle();
  try {
    if (!file_ || file_ != identity_of(options_.path) || !has_content(files_.log_path())) return;
    open_writer(file_);
    writer_->statement("PRAGMA wal_checkpoint(TRUNCATE)").executeStep();
    writer_->reset_statements();
  } catch (const std::runtime_error&) {  // of SQLite or of db/: the log is kept for the next start
  }
}

void Database::read(const std::function<void(Connection&)>& work, std::chrono::milliseconds longest) {
  const auto end = QueryLimit::Clock::now() + longest;
  Lease lease(*this, end);
  try {
    lease.connection().limit().allow(longest, end);
    db::read(lease.connection(), work);
  } catch (const QueryEnded&) {
    throw;  // the connection is still usable
  } catch (const StoreFailure&) {
    lease.close();
    close_idle();
    throw;
  }
}

void Database::write(const std::function<void(Connection&)>& work) {
  edit([&](Connection& connection) { db::write(connection, work); });
}

void Database::rehearse(const std::function<void(Connection&)>& work) {
  edit([&](Connection& connection) { db::rehearse(connection, work); });
}

void Database::edit(const std::function<void(Connection&)>& transaction) {
  constexpr int most_attempts = 5;
  const std::lock_guard one_at_a_time(edit_mutex_);
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    if (edit_once(transaction)) return;
  }
  throw being_replaced(options_.path);
}

/// Runs one edit on a connection of its own. A replacement of the file waits for the edit. Returns false when the
/// log or the index was deleted while the connection was opened. A commit to a new log with the old index would be
/// lost.
bool Database::edit_once(const std::function<void(Connection&)>& transaction) {
  std::unique_lock lock(mutex_);
  notice_loss();
  notice_replacement(lock, QueryLimit::Clock::now() + std::chrono::milliseconds(edit_timeout_ms));
  ++open_;
  const auto file = file_;
  lock.unlock();
  bool is_lost = false;
  std::exception_ptr failure;
  try {
    Connection connection(options_.path, Connection::Mode::writing);
    sqlite3_db_config(connection.database().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (identity_of(options_.path) != file) throw being_replaced(options_.path);
    connection.database().setBusyTimeout(edit_timeout_ms);
    connection.set_powerdns(options_.powerdns);
    connection.limit().end_all_by(end_of_queries_);
    connection.limit().allow_each(longest_query);
    lock.lock();
    is_lost = notice_loss();
    lock.unlock();
    if (!is_lost) transaction(connection);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  if (file_ == file) files_.wrote_log();
  learn_new_log();
  --open_;
  lock.unlock();
  changed_.notify_all();
  if (failure) std::rethrow_exception(failure);
  return !is_lost;
}

std::unique_ptr<Connection> Database::take(QueryLimit::Time until) {
  const auto file = identity_of_content(options_.path);  // before the mutex, which all lookups take
  const bool is_lost = files_.are_lost();
  std::unique_lock lock(mutex_);
  must_reopen_ = must_reopen_ || is_lost;
  bool is_known = file && file == file_;
  for (;;) {
    if (!is_known || must_reopen_) notice_replacement(lock, until);
    const auto is_one_free = [&] { return !must_wait_ && (!idle_.empty() || open_ < options_.readers); };
    if (!changed_.wait_until(lock, until, is_one_free)) throw QueryEnded(all_busy(options_));
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    if (auto connection = open_reader(lock)) return connection;
    is_known = false;
  }
}

std::optional<Commit> Database::last_commit() {
  const auto file = identity_of_content(options_.path);  // before the mutex, which all lookups take
  const std::lock_guard lock(mutex_);
  if (must_reopen_ || must_wait_ || !file || file != file_ || idle_.empty()) return std::nullopt;
  return idle_.back()->last_commit();
}

/// Returns null when the file was replaced meanwhile: the connection may be to the old file or to the new one.
/// Returns null also when the log or the index was deleted: a new connection would create another one.
std::unique_ptr<Connection> Database::open_reader(std::unique_lock<std::mutex>& lock) {
  if (notice_loss()) return nullptr;
  ++open_;
  const auto file = file_;
  const auto generation = generation_;
  const auto end_of_reads = end_of_reads_;
  lock.unlock();
  std::unique_ptr<Connection> connection;
  std::exception_ptr failure;
  try {
    connection = std::make_unique<Connection>(options_.path, Connection::Mode::reading, generation);
    connection->number_snapshots_by(last_snapshot_);
    connection->limit().end_all_by(end_of_queries_);
    connection->limit().end_by(end_of_reads);
    connection->set_powerdns(options_.powerdns);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  const bool is_replaced = identity_of(options_.path) != file;
  if (connection && !is_replaced) {
    // If the log was deleted, earlier connections still have the old one open. learn() would hide that.
    if (!notice_loss()) files_.learn();
    return connection;
  }
  --open_;
  changed_.notify_all();
  if (!is_replaced) std::rethrow_exception(failure);
  return nullptr;
}

void Database::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (connection && connection->generation() == generation_) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
  }
  changed_.notify_all();
}

void Database::close_idle() {
  {
    const std::lock_guard lock(mutex_);
    close_readers();
  }
  const std::lock_guard writer_lock(writer_mutex_);
  writer_.reset();
}

/// Closes the idle read connections. Connections in use are closed when they are given back. Call it with mutex_
/// held.
void Database::close_readers() {
  open_ -= static_cast<unsigned>(idle_.size());
  idle_.clear();
  ++generation_;
  end_of_reads_ = std::make_shared<QueryLimit::EndOfAll>(QueryLimit::Time::max());
}

/// Returns which file is at the path. When the file was missing or empty meanwhile, everything is opened again,
/// even if it is the same file: it may have been written from its beginning.
FileIdentity Database::identify() {
  struct stat status {};
  if (::stat(options_.path.c_str(), &status) != 0) {
    must_reopen_ = true;
    throw StoreFailure(fmt::format("the database {} is gone: {}", options_.path, error_text(errno)));
  }
  if (status.st_size == 0) {
    must_reopen_ = is_emptied_ = true;
    throw StoreFailure(fmt::format("the database {} is empty", options_.path));
  }
  return {status.st_dev, status.st_ino};
}

/// Handles another file at the path. Waits for the edit under way, and for the reads, which are stopped after half
/// a second. Then closes every connection to the old file and moves the old log away. SQLite would apply that log
/// to whatever file is at the path.
void Database::notice_replacement(std::unique_lock<std::mutex>& lock, QueryLimit::Time until) {
  if (file_ == identify() && !must_reopen_) return;
  must_reopen_ = true;
  if (end_of_reads_->load() == QueryLimit::Time::max())
    *end_of_reads_ = QueryLimit::Clock::now() + longest_wait_for_reads;
  if (!changed_.wait_until(lock, until, [&] { return open_ == idle_.size(); }))
    throw being_replaced(options_.path);
  const auto file = identify();
  if (file_ == file && !must_reopen_) return;
  close_readers();
  {
    const std::lock_guard writer_lock(writer_mutex_);
    if (writer_ && file_ == file && !is_emptied_ && files_.is_log_deleted()) take_over_log();
    writer_.reset();
  }
  if (file_ && (file_ != file || is_emptied_)) files_.leave_former();
  file_ = file;
  files_.learn();
  must_reopen_ = is_emptied_ = false;
}

/// Opens readers again when a log and an index were created after them. A loss of these files is then noticed, and
/// they are not left beside another database file. Call it with mutex_ held.
void Database::learn_new_log() {
  if (!files_.are_new()) return;
  close_readers();
  files_.learn();
}

/// Copies a deleted log into the database file. The writer still has the log open, so its commits need not be
/// lost.
void Database::take_over_log() {
  try {
    writer_->statement("PRAGMA wal_checkpoint(PASSIVE)").executeStep();
    writer_->reset_statements();
  } catch (const std::runtime_error&) {  // of SQLite: then the commits are lost
  }
}

/// Connections to a deleted log or index would not see the commits of other programs.
bool Database::notice_loss() {
  const bool is_lost = files_.are_lost();
  must_reopen_ = must_reopen_ || is_lost;
  return is_lost;
}

void Database::keep(const std::stop_token& stop) {
  std::mutex sleep_mutex;
  std::condition_variable_any sleep;
  std::unique_lock sleep_lock(sleep_mutex);
  do {
    const auto now = std::chrono::system_clock::now();
    try {
      const auto file = look_for_file();
      if (!file) continue;
      watch_.saw_names(danger_of_other_names(options_.path), now);
      maintain(file);
      // A file that is open already may stay writable when it can no longer be opened for writing, as edits do.
      if (const auto obstacle = obstacle_to_writing(options_.path)) {
        watch_.could_not_write(*obstacle, true, now);
      } else {
        watch_.could_write();
      }
    } catch (const std::runtime_error& failure) {  // of SQLite or of db/; tried again in a second
      const auto obstacle = obstacle_to_writing(options_.path);
      watch_.could_not_write(obstacle.value_or(failure.what()), obstacle.has_value(), now);
      const std::lock_guard writer_lock(writer_mutex_);
      writer_.reset();
    }
  } while (!sleep.wait_for(sleep_lock, stop, keep_interval, [&] { return stop.stop_requested(); }));
}

/// The file at the path. Absent when there is no store; lookups fail on that and report it.
std::optional<FileIdentity> Database::look_for_file() {
  try {
    std::unique_lock lock(mutex_);
    notice_loss();
    notice_replacement(lock, QueryLimit::Clock::now() + longest_query);
    learn_new_log();
    return file_;
  } catch (const StoreFailure&) {
    const std::lock_guard writer_lock(writer_mutex_);
    writer_.reset();
    return std::nullopt;
  }
}

void Database::maintain(const std::optional<FileIdentity>& file) {
  {
    const std::lock_guard writer_lock(writer_mutex_);
    if (!writer_) open_writer(file);
    if (is_read_only(*writer_)) throw StoreFailure("it can be opened only to read");
    writer_->limit().allow_each(longest_maintenance);
    if (has_content(files_.log_path())) {
      checkpoint();
    } else {
      watch_.saw_log({}, std::chrono::system_clock::now());
    }
    for (const auto& chore : options_.chores)
      do_chore(chore);
    if (is_in_wal_mode(*writer_)) return;
  }
  put_into_wal_mode();
}

/// Puts the store back into WAL mode. VACUUM INTO, for example, makes a file in another mode, in which a writer
/// would lock readers out. The change needs the store for itself: lookups of this process wait, and a read of
/// another program postpones it.
void Database::put_into_wal_mode() {
  std::unique_lock lock(mutex_);
  must_wait_ = true;
  const bool is_alone = changed_.wait_for(lock, longest_hold, [&] { return open_ == idle_.size(); });
  must_wait_ = false;  // no read begins while this function holds the mutex
  changed_.notify_all();
  const std::lock_guard writer_lock(writer_mutex_);
  if (!is_alone || !writer_ || file_ != identity_of(options_.path)) return;
  close_readers();
  writer_->database().exec("PRAGMA journal_mode = WAL");
  writer_->database().exec("SELECT 1 FROM sqlite_schema");  // creates the log and the index
  files_.learn();
}

/// Copies the log into the database file, and empties the log when nothing in it is needed. Only the second step
/// locks out writers, and the sqlite3 shell fails at once on a locked store. So the log is emptied only after no
/// program has written for a second, and this waits for no lock.
void Database::checkpoint() {
  const LogState log = state_of(files_.log_path());
  const bool is_resting = log == files_.log_seen();
  files_.saw_log(log);
  auto& taken_over = writer_->statement("PRAGMA wal_checkpoint(PASSIVE)");
  taken_over.executeStep();
  const std::int64_t frames = taken_over.getColumn(1).getInt64() - taken_over.getColumn(2).getInt64();
  const bool is_whole = frames == 0;
  writer_->reset_statements();
  watch_.saw_log({log.size, frames * frame_size(*writer_)}, std::chrono::system_clock::now());
  if (is_whole && (is_resting || log.size > longest_log))
    writer_->statement("PRAGMA wal_checkpoint(TRUNCATE)").executeStep();
  writer_->reset_statements();
}

/// Runs one chore. If another file replaces the store meanwhile, it must not inherit what the chore writes to the
/// log.
void Database::do_chore(const Chore& chore) {
  if (!chore.is_due(*writer_)) return;
  std::exception_ptr failure;
  try {
    db::write(*writer_, chore.work);
  } catch (...) {
    failure = std::current_exception();
  }
  files_.wrote_log();
  if (failure) std::rethrow_exception(failure);
}

void Database::open_writer(const std::optional<FileIdentity>& file) {
  auto writer = std::make_unique<Connection>(options_.path, Connection::Mode::maintaining);
  // If `file` has just been replaced, closing must not copy its log into the new file.
  sqlite3_db_config(writer->database().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (identity_of(options_.path) != file) throw being_replaced(options_.path);
  writer->limit().end_all_by(end_of_queries_);
  writer_ = std::move(writer);
}

}  // namespace mxbalance::db
