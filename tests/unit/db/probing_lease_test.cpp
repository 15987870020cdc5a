// Which of several services on one store probes: one, whatever path it took to the store.
#include "db/probing_lease.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

namespace fs = std::filesystem;

using Holder = ProbingLease::Holder;

class Probing : public ::testing::Test {
 protected:
  Probing() { std::ofstream(path()) << "a store"; }

  std::string path(const std::string& name = "mail.db") const { return (directory_.path() / name).string(); }

  testing::TemporaryDirectory directory_;
};

TEST_F(Probing, IsHeldByOneUntilItLetsGo) {
  ProbingLease first(path());
  EXPECT_EQ(first.in_words(), "no mail server is probed yet");
  EXPECT_EQ(first.renew(), Holder::this_one);
  EXPECT_EQ(first.renew(), Holder::this_one);
  EXPECT_EQ(first.in_words(), "this service probes the mail servers");
  ProbingLease second(path());
  EXPECT_EQ(second.renew(), Holder::another);
  EXPECT_TRUE(second.in_words().starts_with("another service on this database probes the mail servers: process " +
                                            std::to_string(::getpid()) + " on "))
      << second.in_words();
  first.release();
  EXPECT_EQ(second.renew(), Holder::this_one);
  EXPECT_EQ(first.renew(), Holder::another);
}

TEST_F(Probing, IsOfTheStoreWhateverLeadsToIt) {
  fs::create_symlink(path(), path("link.db"));
  ProbingLease first(path("link.db"));
  EXPECT_EQ(first.renew(), Holder::this_one);
  ProbingLease second(path());
  EXPECT_EQ(second.renew(), Holder::another);
  std::ofstream(path("other.db")) << "another store";
  ProbingLease third(path("other.db"));
  EXPECT_EQ(third.renew(), Holder::this_one);
}

TEST_F(Probing, StaysWithItsHolderWhenTheStoreIsReplacedOrGone) {
  ProbingLease first(path());
  EXPECT_EQ(first.renew(), Holder::this_one);
  std::ofstream(path("new.db")) << "a new store";
  fs::rename(path("new.db"), path());
  EXPECT_EQ(first.renew(), Holder::this_one);
  ProbingLease second(path());
  EXPECT_EQ(second.renew(), Holder::another);
  fs::remove(path());
  EXPECT_EQ(first.renew(), Holder::this_one);
  EXPECT_EQ(second.renew(), Holder::another);
}

TEST_F(Probing, IsTakenAgainWhenItsFileWasDeleted) {
  ProbingLease first(path());
  EXPECT_EQ(first.renew(), Holder::this_one);
  fs::remove(path("mail.db.prober"));
  EXPECT_EQ(first.renew(), Holder::this_one);
  ProbingLease second(path());
  EXPECT_EQ(second.renew(), Holder::another);
  fs::remove(path("mail.db.prober"));
  EXPECT_EQ(second.renew(), Holder::this_one);
  EXPECT_EQ(first.renew(), Holder::another) << "it does not believe that it still has it";
}

TEST_F(Probing, LetsWhoMayUseTheStoreUseItsFile) {
  fs::permissions(path(), fs::perms(0660));
  ProbingLease lease(path());
  lease.renew();
  EXPECT_EQ(fs::status(path("mail.db.prober")).permissions(), fs::perms(0660));
}

TEST_F(Probing, GoesOnWhereNoFileCanBeMade) {
  fs::create_directory(path("mail.db.prober"));
  ProbingLease lease(path());
  EXPECT_EQ(lease.renew(), Holder::this_one) << "a directory can be locked as well";
  lease.release();
  fs::remove(path("mail.db.prober"));
  fs::create_symlink(path("mail.db.prober"), path("mail.db.prober"));
  EXPECT_EQ(lease.renew(), Holder::unknown);
  EXPECT_TRUE(
      lease.in_words().starts_with("this service probes the mail servers, and so may others on this "
                                   "database: cannot lock "))
      << lease.in_words();
}

}  // namespace
}  // namespace mxbalance::db
