#include "db/files/file_systems.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/base/system.h"

namespace mxbalance::db {

namespace {

/// Values from linux/magic.h, or from the kernel's sources where that file has none.
constexpr std::array<std::pair<std::uint32_t, std::string_view>, 11> network_file_systems = {{
    {0x6969, "NFS"},
    {0xFF534D42, "CIFS"},
    {0xFE534D42, "SMB"},
    {0x517B, "SMB"},
    {0x564C, "NCP"},
    {0x5346414F, "AFS"},
    {0x73757245, "Coda"},
    {0x00C36400, "Ceph"},
    {0x01021997, "9P"},
    {0x0BD00BD0, "Lustre"},
    {0x01161970, "GFS2"},
}};

/// `path` as mountinfo spells it (proc_pid_mountinfo(5)).
std::string in_mountinfo(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    switch (c) {
      case ' ':
        escaped += "\\040";
        break;
      case '\t':
        escaped += "\\011";
        break;
      case '\n':
        escaped += "\\012";
        break;
      case '\\':
        escaped += "\\134";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

bool is_mounted_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  const std::string wanted = in_mountinfo(std::filesystem::canonical(path, error).string());
  std::ifstream mounts("/proc/self/mountinfo");
  std::string line;
  while (!error && std::getline(mounts, line)) {
    std::istringstream fields(line);
    std::array<std::string, 5> found;  // the mount point is the fifth
    for (auto& field : found)
      fields >> field;
    if (found.back() == wanted) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string_view> network_file_system(std::uint32_t type) {
  const auto* const found = std::find_if(network_file_systems.begin(), network_file_systems.end(),
                                         [&](const auto& known) { return known.first == type; });
  if (found == network_file_systems.end()) return std::nullopt;
  return found->second;
}

void require_local_disk(const std::string& path) {
  struct statfs found {};
  if (::statfs(path.c_str(), &found) != 0) {
    if (::statfs(directory_of(path).c_str(), &found) != 0) return;
  }
  if (const auto network = network_file_system(static_cast<std::uint32_t>(found.f_type))) {
    throw StoreFailure(
        fmt::format("the database {} is on a network file system ({}), where SQLite's write-ahead log loses "
                    "commits: put it on a local disk, and use {} or export for copies elsewhere",
                    path, *network, advice::backup));
  }
  if (is_mounted_file(path)) {
    throw StoreFailure(
        fmt::format("the database {} is mounted as a single file: SQLite keeps its log beside each path, and "
                    "commits through this one are lost to others, and with a container: mount the directory that "
                    "it lies in",
                    path));
  }
}

std::optional<std::string> danger_of_other_names(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink < 2) return std::nullopt;
  return fmt::format(
      "the database {0} has {1} names (hard links), and SQLite keeps a log beside each: commits through one name "
      "are lost to the others. Find the others with {2}, and remove them; copies are made with {3}",
      path, status.st_nlink, advice::find_other_names(path), advice::backup);
}

void require_one_path(const std::string& path) {
  require_local_disk(path);
  if (const auto danger = danger_of_other_names(path)) throw StoreFailure(*danger);
}

std::string obstacle_beside(const std::string& path) {
  const auto directory = directory_of(path);
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return "";
  if ((disk.f_flag & ST_RDONLY) != 0) {
    return "its disk is read-only, and SQLite makes files beside a database also to read it: mount the disk "
           "writable, or put a copy of the database on one that is";
  }
  if (disk.f_files > 0 && disk.f_favail == 0) {
    return "its disk has no inode left (df -i) for the files that SQLite makes beside a database: remove files "
           "there";
  }
  if (disk.f_blocks > 0 && disk.f_bavail == 0) return "its disk is full (df): make room";
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    return fmt::format(
        "the directory {} must be writable for this user, as SQLite makes files beside a database also to read it",
        directory);
  }
  return "";
}

}  // namespace mxbalance::db
