#include "db/files/file_systems.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <linux/magic.h>

#include "db/base/errors.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

TEST(FileSystems, NetworkOnesAreKnown) {
  EXPECT_EQ(network_file_system(NFS_SUPER_MAGIC), "NFS");
  EXPECT_EQ(network_file_system(SMB_SUPER_MAGIC), "SMB");
  EXPECT_EQ(network_file_system(0xFF534D42U), "CIFS");
  EXPECT_EQ(network_file_system(0xFE534D42U), "SMB");
  EXPECT_EQ(network_file_system(AFS_SUPER_MAGIC), "AFS");
  EXPECT_EQ(network_file_system(CODA_SUPER_MAGIC), "Coda");
  EXPECT_EQ(network_file_system(CEPH_SUPER_MAGIC), "Ceph");
  EXPECT_EQ(network_file_system(V9FS_MAGIC), "9P");
}

TEST(FileSystems, LocalOnesAreNone) {
  for (const std::uint32_t type :
       {std::uint32_t{EXT4_SUPER_MAGIC}, std::uint32_t{BTRFS_SUPER_MAGIC}, std::uint32_t{XFS_SUPER_MAGIC},
        std::uint32_t{TMPFS_MAGIC}, std::uint32_t{OVERLAYFS_SUPER_MAGIC}, std::uint32_t{0x65735546} /* FUSE */}) {
    EXPECT_EQ(network_file_system(type), std::nullopt) << std::hex << type;
  }
}

TEST(FileSystems, ALocalDiskPassesAlsoBeforeTheFileIsThere) {
  const testing::TemporaryDirectory directory;
  EXPECT_NO_THROW(require_local_disk((directory.path() / "mail.db").string()));
  EXPECT_NO_THROW(require_local_disk("/nonexistent/mail.db"));
}

TEST(FileSystems, AFileOfSeveralNamesIsInDanger) {
  const testing::TemporaryDatabase database;
  EXPECT_EQ(danger_of_other_names(database.path()), std::nullopt);
  EXPECT_EQ(danger_of_other_names(database.path() + ".none"), std::nullopt);
  EXPECT_NO_THROW(require_one_path(database.path()));
  const std::string other = database.path() + ".other";
  std::filesystem::create_hard_link(database.path(), other);
  for (const auto& name : {database.path(), other}) {
    EXPECT_NE(danger_of_other_names(name).value_or("").find(name + " has 2 names (hard links)"),
              std::string::npos);
    EXPECT_THROW(require_one_path(name), StoreFailure);
  }
  std::filesystem::remove(other);
  std::filesystem::create_symlink(database.path(), other);
  EXPECT_NO_THROW(require_one_path(other)) << "its log lies where the link leads";
}

}  // namespace
}  // namespace mxbalance::db
