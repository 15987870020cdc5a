#include "db/database.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <system_error>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/errors.h"

namespace mxbalance::db {

namespace {

// Within this time of a commit its pages are in the main file, so that a copy of it alone is whole, and a file
// that replaces it finds no log to inherit.
constexpr std::chrono::seconds keep_interval{1};

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

bool has_content(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

}  // namespace

/// A connection on loan. It goes back to the pool unless the store failed on it: then it is closed, and the next
/// one is opened anew with all its checks.
class Database::Lease {
 public:
  explicit Lease(Database& database) : database_(database), connection_(database.take()) {}
  ~Lease() { database_.give_back(std::move(connection_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Connection& connection() { return *connection_; }
  void close() { connection_.reset(); }

 private:
  Database& database_;
  std::unique_ptr<Connection> connection_;
};

Database::Database(Options options) : options_(std::move(options)) {
  read([](Connection&) {});
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

Database::~Database() = default;

void Database::read(const std::function<void(Connection&)>& work) {
  Lease lease(*this);
  try {
    db::read(lease.connection(), work);
  } catch (const StoreFailure&) {
    lease.close();
    throw;
  }
}

std::unique_ptr<Connection> Database::take() {
  std::unique_lock lock(mutex_);
  notice_replacement(lock);
  changed_.wait(lock, [&] { return !idle_.empty() || open_ < options_.readers; });
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  ++open_;
  const auto file = file_;
  lock.unlock();
  try {
    auto connection = std::make_unique<Connection>(options_.path, Connection::Mode::reading);
    lock.lock();
    if (identify() != file) throw StoreFailure("the database " + options_.path + " is being replaced");
    log_ = identity_of(options_.path + "-wal");
    shared_ = identity_of(options_.path + "-shm");
    return connection;
  } catch (...) {
    if (lock.owns_lock()) lock.unlock();
    give_back(nullptr);
    throw;
  }
}

void Database::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (connection) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
  }
  changed_.notify_all();
}

FileIdentity Database::identify() const {
  struct stat status {};
  if (::stat(options_.path.c_str(), &status) != 0) {
    throw StoreFailure("the database " + options_.path + " is gone: " + std::generic_category().message(errno));
  }
  if (status.st_size == 0) throw StoreFailure("the database " + options_.path + " is empty");
  return {status.st_dev, status.st_ino};
}

/// Another file at the path: waits for the lookups under way, closes every connection to the old one, and takes
/// its log out of the new one's way. SQLite would apply that log to whatever file stands at the path.
void Database::notice_replacement(std::unique_lock<std::mutex>& lock) {
  if (file_ == identify()) return;
  changed_.wait(lock, [&] { return open_ == idle_.size(); });
  const auto file = identify();
  if (file_ == file) return;
  idle_.clear();
  open_ = 0;
  {
    const std::lock_guard writer_lock(writer_mutex_);
    writer_.reset();
  }
  if (file_) set_aside_write_ahead_log();
  file_ = file;
}

void Database::set_aside_write_ahead_log() const {
  const std::string log = options_.path + "-wal";
  const std::string shared = options_.path + "-shm";
  if (log_ && identity_of(log) == log_ && has_content(log)) {
    const std::string aside = log + ".replaced-" + std::to_string(std::time(nullptr));
    if (std::rename(log.c_str(), aside.c_str()) != 0) {
      throw StoreFailure("cannot move " + log + ", the log of the database that was replaced, to " + aside + ": " +
                         std::generic_category().message(errno));
    }
  }
  if (shared_ && identity_of(shared) == shared_) ::unlink(shared.c_str());
}

void Database::keep(const std::stop_token& stop) {
  std::mutex sleep_mutex;
  std::condition_variable_any sleep;
  std::unique_lock sleep_lock(sleep_mutex);
  while (!sleep.wait_for(sleep_lock, stop, keep_interval, [&] { return stop.stop_requested(); })) {
    try {
      {
        std::unique_lock lock(mutex_);
        notice_replacement(lock);
      }
      if (has_content(options_.path + "-wal")) checkpoint();
    } catch (const StoreFailure&) {
      // Lookups meet the same failure and report it; here it is tried again in a second.
      const std::lock_guard writer_lock(writer_mutex_);
      writer_.reset();
    }
  }
}

void Database::checkpoint() {
  const std::lock_guard writer_lock(writer_mutex_);
  if (!writer_) writer_ = std::make_unique<Connection>(options_.path, Connection::Mode::writing);
  try {
    writer_->statement("PRAGMA wal_checkpoint(TRUNCATE)").executeStep();
    writer_->reset_statements();
  } catch (const SQLite::Exception& error) {
    rethrow(error);
  }
}

}  // namespace mxbalance::db
