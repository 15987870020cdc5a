#include "db/base/output_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/base/system.h"

namespace mxbalance::db {

namespace {

namespace fs = std::filesystem;

constexpr int longest_chain_of_links = 40;  // as in the kernel

[[noreturn]] void cannot_write(const std::string& path, int error) {
  throw StoreFailure(fmt::format("cannot write {}: {}", path, error_text(error)));
}

/// Whether the path is in /proc. Links there, such as /proc/self/fd/1, refer to open files and not to paths.
bool is_in_proc(const std::string& path) {
  struct statfs found {};
  return ::statfs(directory_of(path).c_str(), &found) == 0 && found.f_type == PROC_SUPER_MAGIC;
}

/// The descriptor of standard output or errors, if it is the file at `path`; otherwise -1. Opening the file again
/// would overwrite it from its beginning, and a socket cannot be opened.
int standard_descriptor(const std::string& path) {
  struct stat wanted {};
  struct stat there {};
  if (::stat(path.c_str(), &wanted) != 0) return -1;
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    if (::fstat(descriptor, &there) == 0 && there.st_dev == wanted.st_dev && there.st_ino == wanted.st_ino)
      return descriptor;
  }
  return -1;
}

int open_stream(const OutputPlace& place) {
  const int standard = place.path == "-" ? STDOUT_FILENO : standard_descriptor(place.path);
  return standard >= 0 ? ::fcntl(standard, F_DUPFD_CLOEXEC, 0)
                       : ::open(place.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      cannot_write(path, errno);
    }
  }
}

/// Whether `error` means that the file system does not support the operation.
bool is_missing_there(int error) {
  return error == EINVAL || error == ENOSYS || error == ENOTSUP;
}

/// Moves a file to a place where no file may be. Returns the error; 0: success. NFS and 9p cannot rename without
/// replacing, and some file systems have no links either. There, a file that is created at the same moment is
/// replaced.
int move_over_nothing(const std::string& path, const std::string& place) {
  if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, place.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (!is_missing_there(errno)) return errno;
  if (::link(path.c_str(), place.c_str()) == 0) {
    ::unlink(path.c_str());
    return 0;
  }
  if (errno != EPERM && !is_missing_there(errno)) return errno;
  struct stat found {};
  if (::lstat(place.c_str(), &found) == 0) return EEXIST;
  return ::rename(path.c_str(), place.c_str()) == 0 ? 0 : errno;
}

int move_over_anything(const std::string& path, const std::string& place) {
  return ::rename(path.c_str(), place.c_str()) == 0 ? 0 : errno;
}

}  // namespace

OutputPlace output_place(const std::string& path) {
  if (path == "-") return {path, true};
  fs::path place = path;
  std::error_code none;
  for (int links = 0; fs::is_symlink(fs::symlink_status(place, none)); ++links) {
    if (links == longest_chain_of_links) cannot_write(path, ELOOP);
    if (is_in_proc(place)) return {path, true};
    place = fs::path(directory_of(place)) / fs::read_symlink(place, none);
  }
  const auto found = fs::status(place, none);
  return fs::exists(found) && !fs::is_regular_file(found) ? OutputPlace{path, true}
                                                          : OutputPlace{place.string(), false};
}

OutputStream::OutputStream(const OutputPlace& place) : path_(place.path), descriptor_(open_stream(place)) {
  if (descriptor_ < 0) cannot_write(path_, errno);
}

OutputStream::~OutputStream() {
  ::close(descriptor_);
}

bool OutputStream::is_terminal() const {
  return ::isatty(descriptor_) == 1;
}

void OutputStream::write(std::string_view bytes) const {
  write_all(descriptor_, bytes, path_);
}

void OutputStream::sync() const {
  ::fsync(descriptor_);
}

PartialFile::PartialFile(std::string place, mode_t mode)
    : place_(std::move(place)),
      path_(place_ + ".partial-XXXXXX"),
      descriptor_(::mkostemp(path_.data(), O_CLOEXEC)) {
  if (descriptor_ < 0) cannot_write(place_, errno);
  if (::fchmod(descriptor_, mode) == 0) return;
  const int error = errno;
  remove();
  cannot_write(place_, error);
}

PartialFile::~PartialFile() {
  remove();
}

void PartialFile::remove() const {
  ::close(descriptor_);
  if (is_moved_) return;
  ::unlink(path_.c_str());
  ::unlink((path_ + "-journal").c_str());
}

void PartialFile::write(std::string_view bytes) const {
  write_all(descriptor_, bytes, place_);
  ::fsync(descriptor_);
}

void PartialFile::move_to_place(Over over) {
  const int error = over == Over::nothing ? move_over_nothing(path_, place_) : move_over_anything(path_, place_);
  if (error != 0) {
    throw StoreFailure(fmt::format("cannot move {} to {}: {}", path_, place_, error_text(error)));
  }
  is_moved_ = true;
  const int descriptor = ::open(directory_of(place_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);  // ignored: some file systems cannot sync a directory; the file itself is on the disk
  ::close(descriptor);
}

}  // namespace mxbalance::db
