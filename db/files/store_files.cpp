#include "db/files/store_files.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/base/system.h"

namespace mxbalance::db {

namespace {

/// Returns `path`, with a number after it if a file has that name.
std::string unused_name(const std::string& path) {
  std::string name = path;
  for (int number = 2; identity_of(name); ++number)
    name = path + '-' + std::to_string(number);
  return name;
}

std::string where_links_lead(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

/// Whether another program has the database open. In WAL mode each connection holds a lock on these bytes
/// (https://sqlite.org/src/file/src/os.h, SHARED_FIRST). Closing the file drops the locks of this process on it,
/// so this process must not have a connection open.
bool has_another_program_open(const std::string& database) {
  constexpr off_t first = 0x40000002;
  constexpr off_t size = 510;
  const int descriptor = ::open(database.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = first;
  lock.l_len = size;
  const bool is_locked = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor);
  return is_locked;
}

}  // namespace

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

std::optional<FileIdentity> identity_of_content(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || status.st_size == 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

bool has_content(const std::string& path) {
  return identity_of_content(path).has_value();
}

LogState state_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  LogState state{status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, {}};
  const int descriptor = status.st_size == 0 ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return state;
  if (::pread(descriptor, state.header.data(), state.header.size(), 0) < 0) state.header = {};
  ::close(descriptor);
  return state;
}

StoreFiles::StoreFiles(std::string path) : path_(std::move(path)) {
  locate();
}

void StoreFiles::locate() {
  database_path_ = where_links_lead(path_);
  log_path_ = database_path_ + "-wal";
  shared_path_ = database_path_ + "-shm";
}

void StoreFiles::learn() {
  const std::lock_guard lock(mutex_);
  locate();
  log_ = identity_of(log_path_);
  shared_ = identity_of(shared_path_);
}

std::string StoreFiles::log_path() const {
  const std::lock_guard lock(mutex_);
  return log_path_;
}

LogState StoreFiles::log_seen() const {
  const std::lock_guard lock(mutex_);
  return log_seen_;
}

void StoreFiles::wrote_log() {
  const std::lock_guard lock(mutex_);
  round_ = state_of(log_path_).header;
}

void StoreFiles::saw_log(const LogState& state) {
  const std::lock_guard lock(mutex_);
  log_seen_ = state;
  round_ = state.header;
}

bool StoreFiles::are_new() const {
  const std::lock_guard lock(mutex_);
  return !shared_ && identity_of(shared_path_);
}

bool StoreFiles::are_lost() const {
  const std::lock_guard lock(mutex_);
  return (log_ && log_ != identity_of(log_path_)) || (shared_ && shared_ != identity_of(shared_path_));
}

bool StoreFiles::is_log_deleted() const {
  const std::lock_guard lock(mutex_);
  return log_ && !identity_of(log_path_);
}

/// Whether the log at the path belongs to the former database. Another program may already have opened the new
/// database and written to this log. It then started the log again, after the new database was put there (its
/// ctime shows when).
bool StoreFiles::is_log_of_former() const {
  const LogState log = state_of(log_path_);
  if (log.size == 0 || log_ != identity_of(log_path_)) return false;
  if (round_ == log.header) return true;
  struct stat database {};
  if (::stat(database_path_.c_str(), &database) != 0) return true;
  return std::tuple(log.seconds, log.nanoseconds) <=
         std::tuple<std::int64_t, std::int64_t>(database.st_ctim.tv_sec, database.st_ctim.tv_nsec);
}

void StoreFiles::leave_former() {
  const std::lock_guard lock(mutex_);
  const std::string former = database_path_;
  if (where_links_lead(path_) != former)
    return locate();  // the link leads elsewhere; the log stays with its database
  const bool is_of_former = is_log_of_former();
  if (is_of_former) {
    const std::string aside = unused_name(log_path_ + ".replaced-" + std::to_string(std::time(nullptr)));
    if (std::rename(log_path_.c_str(), aside.c_str()) != 0) {
      throw StoreFailure(fmt::format("cannot move {}, the log of the database that was replaced, to {}: {}",
                                     log_path_, aside, error_text(errno)));
    }
  }
  // A program that has the new database open uses this index, too. Other programs would not see its commits
  // without the index.
  if (!shared_ || shared_ != identity_of(shared_path_)) return;
  if (is_of_former || !has_another_program_open(database_path_)) ::unlink(shared_path_.c_str());
}

}  // namespace mxbalance::db
