#include "db/files/write_access.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/system.h"

namespace mxbalance::db {

namespace {

std::string user_name(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> text{};
  if (::getpwuid_r(user, &entry, text.data(), text.size(), &found) != 0 || found == nullptr)
    return "user " + std::to_string(user);
  return entry.pw_name;
}

/// The errno with which writing to `path` is refused; 0: writing is allowed.
int refusal_of(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/// The paths that must be writable. Where the log or the index is missing, SQLite creates it in the directory.
std::vector<std::string> needed_for_writing(const std::string& path) {
  std::vector<std::string> needed = {path};
  bool needs_directory = false;
  for (const std::string& beside : {path + "-wal", path + "-shm"}) {
    std::error_code none;
    if (std::filesystem::exists(beside, none)) {
      needed.push_back(beside);
    } else {
      needs_directory = true;
    }
  }
  if (needs_directory) needed.push_back(std::filesystem::absolute(path).parent_path().string());
  return needed;
}

std::string what_to_do(const std::string& path, const struct stat& status, int error) {
  if (error == EROFS) return "its file system is mounted read-only; mount it writable";
  return fmt::format("it belongs to {0}, and this program runs as {1}; run: chown {1} {2}",
                     user_name(status.st_uid), user_name(::geteuid()), path);
}

}  // namespace

bool may_write(const std::string& path) {
  return refusal_of(path) == 0;
}

std::optional<std::string> obstacle_to_writing(const std::string& path) {
  for (const auto& one : needed_for_writing(path)) {
    const int error = refusal_of(one);
    struct stat status {};
    if (error == 0 || ::stat(one.c_str(), &status) != 0) continue;
    const bool is_own = status.st_uid == ::geteuid() && error != EROFS;
    return fmt::format("{} may not be written ({}): {}", one, error_text(error),
                       is_own ? "run: chmod u+w " + one : what_to_do(one, status, error));
  }
  return std::nullopt;
}

}  // namespace mxbalance::db
