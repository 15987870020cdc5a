#include "db/file_systems.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <sys/vfs.h>

#include "db/base/errors.h"

namespace mxbalance::db {

namespace {

/// From linux/magic.h, and from the kernel's sources where it has none there.
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
    const auto directory = std::filesystem::path(path).parent_path();
    if (::statfs(directory.empty() ? "." : directory.c_str(), &found) != 0) return;
  }
  if (const auto network = network_file_system(static_cast<std::uint32_t>(found.f_type))) {
    throw StoreFailure(
        "the database " + path + " is on a network file system (" + std::string(*network) +
        "), where SQLite's write-ahead log loses commits: put it on a local disk, and use mxbalance "
        "backup or export for copies elsewhere");
  }
}

}  // namespace mxbalance::db
