#include "db/probing_lease.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mxbalance::db {

namespace {

/// Beside the database itself, wherever a link leads to; absent while the database is gone.
std::optional<std::string> file_beside(const std::string& database) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(database.c_str(), nullptr), &std::free);
  if (!real) return std::nullopt;
  return std::string(real.get()) + ".prober";
}

bool is_at(int descriptor, const std::string& path) {
  struct stat opened {};
  struct stat there {};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &there) == 0 && opened.st_dev == there.st_dev &&
         opened.st_ino == there.st_ino;
}

/// Whoever may use the database may lock the file, as with SQLite's own files beside it. A link is not followed:
/// whoever may write to the directory could have another file overwritten. -1: errno says why.
int open_beside(const std::string& file, const std::string& database) {
  constexpr int always = O_CLOEXEC | O_NOFOLLOW;
  const int descriptor = ::open(file.c_str(), O_RDWR | always);
  if (descriptor >= 0) return descriptor;
  if (errno != ENOENT) return ::open(file.c_str(), O_RDONLY | always);
  struct stat status {};
  if (::stat(database.c_str(), &status) != 0) return -1;
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | always, 0600);
  if (made < 0) return -1;
  static_cast<void>(::fchmod(made, status.st_mode & 0666U));
  if (::geteuid() == 0) static_cast<void>(::fchown(made, status.st_uid, status.st_gid) == 0);
  return made;
}

/// "process 12 on mx1".
std::string this_process() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  static_cast<void>(::gethostname(host.data(), host.size() - 1));
  return "process " + std::to_string(::getpid()) + " on " + host.data();
}

/// For people: without it, the lock holds all the same.
void write_holder(int descriptor) {
  const std::string words = this_process();
  if (::ftruncate(descriptor, 0) == 0) static_cast<void>(::pwrite(descriptor, words.data(), words.size(), 0) > 0);
}

std::string read_holder(int descriptor) {
  std::array<char, 200> words{};
  const auto size = ::pread(descriptor, words.data(), words.size(), 0);
  std::string holder(words.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  std::erase_if(holder, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; });
  return holder.empty() ? "a process that does not say which" : holder;
}

}  // namespace

ProbingLease::Holder ProbingLease::renew() {
  const std::lock_guard lock(mutex_);
  const auto file = file_beside(path_);
  if (!file) return holder_;
  if (descriptor_ >= 0 && is_at(descriptor_, *file)) return holder_;
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  return holder_ = take(*file);
}

ProbingLease::Holder ProbingLease::take(const std::string& file) {
  const int descriptor = open_beside(file, path_);
  if (descriptor < 0) return fail(file);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const bool is_locked = errno == EWOULDBLOCK;
    const Holder holder = is_locked ? Holder::another : fail(file);
    if (is_locked) other_ = read_holder(descriptor);
    ::close(descriptor);
    return holder;
  }
  write_holder(descriptor);
  descriptor_ = descriptor;
  other_.clear();
  return Holder::this_one;
}

ProbingLease::Holder ProbingLease::fail(const std::string& file) {
  other_ = "cannot lock " + file + ": " + std::generic_category().message(errno);
  return Holder::unknown;
}

void ProbingLease::release() {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  holder_ = Holder::nobody;
}

std::string ProbingLease::in_words() const {
  const std::lock_guard lock(mutex_);
  switch (holder_) {
    case Holder::this_one:
      return "this service probes the mail servers";
    case Holder::another:
      return "another service on this database probes the mail servers: " + other_;
    case Holder::unknown:
      return "this service probes the mail servers, and so may others on this database: " + other_;
    case Holder::nobody:
      break;
  }
  return "no mail server is probed yet";
}

}  // namespace mxbalance::db
