#include "db/edits/probing_lease.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mxbalance::db {

namespace {

/// The path of the lock file: beside the database itself, after symbolic links are resolved. Absent while the
/// database is missing.
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

/// Gives the lock file the owner of the database (only root can) and read access for those who may write the
/// database: whoever can read a file can lock it. The database may have been replaced, or have another owner,
/// since the file was created.
void follow_database(int descriptor, const std::string& database) {
  struct stat wanted {};
  struct stat there {};
  if (::stat(database.c_str(), &wanted) != 0 || ::fstat(descriptor, &there) != 0 || !S_ISREG(there.st_mode))
    return;
  if (::geteuid() == 0 && (there.st_uid != wanted.st_uid || there.st_gid != wanted.st_gid))
    static_cast<void>(::fchown(descriptor, wanted.st_uid, wanted.st_gid) == 0);
  const mode_t writers = wanted.st_mode & 0222U;
  const mode_t mode = writers | (writers << 1U);
  if ((there.st_mode & 07777U) != mode) static_cast<void>(::fchmod(descriptor, mode));
}

/// Opens the lock file without following a symbolic link: otherwise a user who can write to the directory could
/// make this process overwrite another file. Returns -1 on failure; errno says why.
int open_beside(const std::string& file) {
  constexpr int always = O_CLOEXEC | O_NOFOLLOW;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | always, 0600);
  return descriptor >= 0 ? descriptor : ::open(file.c_str(), O_RDONLY | always);
}

// Separates the holder from its note in the file.
const std::string before_note = "; ";

/// Text such as "process 12 on mx1".
std::string this_process() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  static_cast<void>(::gethostname(host.data(), host.size() - 1));
  return fmt::format("process {} on {}", ::getpid(), host.data());
}

/// Writes the holder and its note to the file, for people to read. The lock holds without this text.
void write_holder(int descriptor, const std::string& note) {
  const std::string words = this_process() + (note.empty() ? "" : before_note + note);
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
  if (descriptor_ >= 0 && is_at(descriptor_, *file)) {
    renew_time();
    return holder_;
  }
  const bool had_it = descriptor_ >= 0;
  unlock();
  holder_ = take(*file);
  if (had_it) ++losses_;
  return holder_;
}

ProbingLease::Holder ProbingLease::look() {
  const std::lock_guard lock(mutex_);
  const auto file = file_beside(path_);
  if (!file) return holder_;
  unlock();
  const bool is_free = !is_held_by_another(*file);
  if (is_free && holder_ != Holder::none_needed) free_since_ = std::chrono::steady_clock::now();
  return holder_ = is_free ? Holder::none_needed : Holder::another;
}

bool ProbingLease::is_abandoned() const {
  const std::lock_guard lock(mutex_);
  return holder_ == Holder::none_needed && std::chrono::steady_clock::now() - free_since_ >= patience_;
}

bool ProbingLease::is_held_by_another(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return false;
  const bool is_locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (is_locked) other_ = read_holder(descriptor);
  const bool is_held = is_locked && !has_hung(descriptor);
  ::close(descriptor);
  return is_held;
}

/// Returns true while the database is missing: the lock file is then missing, too, and cannot show another holder.
bool ProbingLease::is_held() const {
  const std::lock_guard lock(mutex_);
  const auto file = file_beside(path_);
  if (holder_ == Holder::unknown || !file) return true;
  return descriptor_ >= 0 && is_at(descriptor_, *file);
}

std::uint64_t ProbingLease::losses() const {
  const std::lock_guard lock(mutex_);
  return losses_;
}

ProbingLease::Holder ProbingLease::take(const std::string& file) {
  const int descriptor = open_beside(file);
  if (descriptor < 0) return fail(file);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const bool is_locked = errno == EWOULDBLOCK;
    if (is_locked) other_ = read_holder(descriptor);
    const bool is_hung = is_locked && has_hung(descriptor);
    const Holder holder = is_hung ? take_from_hung(file) : is_locked ? Holder::another : fail(file);
    ::close(descriptor);
    return holder;
  }
  follow_database(descriptor, path_);
  write_holder(descriptor, note_);
  descriptor_ = descriptor;
  shown_at_ = std::chrono::steady_clock::now();
  other_.clear();
  return Holder::this_one;
}

/// Updates the time of the lock file, so that other services see that this one is alive.
void ProbingLease::renew_time() {
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_at_ < patience_ / 4) return;
  shown_at_ = now;
  follow_database(descriptor_, path_);
  static_cast<void>(::futimens(descriptor_, nullptr));
}

/// Whether the other holder has not updated its file for `patience`, measured by this process's clock, because
/// file times can be set. Time in which this process did not check does not count: it may have been suspended, and
/// the holder with it.
bool ProbingLease::has_hung(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  const auto now = std::chrono::steady_clock::now();
  const Sight sight{status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  const bool was_away = now - std::exchange(looked_at_, now) > patience_ / 2;
  if (sight != seen_ || was_away) {
    seen_ = sight;
    seen_at_ = now;
  }
  return now - seen_at_ >= patience_;
}

/// Replaces the lock file of a hung holder with an own one. The other holder notices this when it continues.
ProbingLease::Holder ProbingLease::take_from_hung(const std::string& file) {
  const std::string hung = fmt::format(
      "{} has probed before, and has not shown any life for {} s: it hangs or was stopped, so end it",
      other_.substr(0, other_.find(before_note)), std::chrono::ceil<std::chrono::seconds>(patience_).count());
  seen_ = {};
  if (::unlink(file.c_str()) != 0) {
    other_ =
        fmt::format("{} (its file {} cannot be replaced: {})", hung, file, std::generic_category().message(errno));
    return Holder::unknown;
  }
  const Holder holder = take(file);
  if (holder == Holder::this_one) other_ = hung;
  return holder;
}

void ProbingLease::set_note(const std::string& note) {
  const std::lock_guard lock(mutex_);
  if (note == note_) return;
  note_ = note;
  if (descriptor_ >= 0) write_holder(descriptor_, note_);
}

ProbingLease::Holder ProbingLease::fail(const std::string& file) {
  other_ = fmt::format("cannot lock {}: {}", file, std::generic_category().message(errno));
  return Holder::unknown;
}

void ProbingLease::release() {
  const std::lock_guard lock(mutex_);
  unlock();
  holder_ = Holder::nobody;
}

void ProbingLease::unlock() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::string ProbingLease::in_words() const {
  const std::lock_guard lock(mutex_);
  switch (holder_) {
    case Holder::this_one:
      return "this service probes the mail servers" + (other_.empty() ? "" : before_note + other_);
    case Holder::another:
      return "another service on this database probes the mail servers: " + other_;
    case Holder::unknown:
      return "this service probes the mail servers, and so may others on this database: " + other_;
    case Holder::none_needed:
      return "this service has nothing to probe, and no other one on this database probes";
    case Holder::nobody:
      break;
  }
  return "no mail server is probed yet";
}

std::string note_of_prober(const std::string& database) {
  const auto file = file_beside(database);
  const int descriptor = file ? ::open(file->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
  if (descriptor < 0) return "";
  const bool is_held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  const std::string holder = is_held ? read_holder(descriptor) : "";
  ::close(descriptor);
  const auto at = holder.find(before_note);
  return at == std::string::npos ? "" : holder.substr(at + before_note.size());
}

}  // namespace mxbalance::db
