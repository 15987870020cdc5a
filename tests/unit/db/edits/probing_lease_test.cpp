// Which of several services on one store probes: one, whatever path it took to the store.
#include "db/edits/probing_lease.h"

#include <array>
#include <chrono>
#include <climits>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

namespace fs = std::filesystem;

using Holder = ProbingLease::Holder;

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

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

TEST_F(Probing, LetsOnlyWhoMayWriteTheStoreLockItsFile) {
  const auto mode_for = [&](unsigned store) {
    fs::permissions(path(), fs::perms(store));
    ProbingLease lease(path());
    lease.renew();
    return static_cast<unsigned>(fs::status(path("mail.db.prober")).permissions());
  };
  EXPECT_EQ(mode_for(0644), 0600U);
  EXPECT_EQ(mode_for(0660), 0660U) << "a file that is there already follows";
  EXPECT_EQ(mode_for(0640), 0600U);
}

TEST_F(Probing, FollowsTheModeOfAStoreThatIsReplaced) {
  ProbingLease lease(path(), std::chrono::milliseconds(0));
  lease.renew();
  std::ofstream(path("new.db")) << "a new store";
  fs::permissions(path("new.db"), fs::perms(0660));
  fs::rename(path("new.db"), path());
  EXPECT_EQ(lease.renew(), Holder::this_one);
  EXPECT_EQ(fs::status(path("mail.db.prober")).permissions(), fs::perms(0660));
}

TEST_F(Probing, IsTakenFromAHolderThatHangs) {
  constexpr std::chrono::milliseconds patience{60};
  ProbingLease hangs(path(), patience);
  EXPECT_EQ(hangs.renew(), Holder::this_one);
  ProbingLease other(path(), patience);
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(hangs.renew(), Holder::this_one);
    EXPECT_EQ(other.renew(), Holder::another) << "it lives";
    std::this_thread::sleep_for(patience / 10);
  }
  std::this_thread::sleep_for(2 * patience);
  EXPECT_EQ(other.renew(), Holder::another) << "it did not look meanwhile: it was stopped as well, maybe";
  EXPECT_TRUE(hangs.is_held());
  for (int i = 0; i < 100 && hangs.is_held(); ++i) {
    std::this_thread::sleep_for(patience / 10);
    other.renew();
  }
  EXPECT_FALSE(hangs.is_held()) << "as it is, before it looks again";
  EXPECT_EQ(other.renew(), Holder::this_one);
  EXPECT_EQ(other.in_words(),
            "this service probes the mail servers; process " + std::to_string(::getpid()) + " on " + host_name() +
                " has probed before, and has not shown any life for 1 s: it hangs or was stopped, so"
                " end it");
  EXPECT_EQ(hangs.renew(), Holder::another) << "it goes on, and steps back";
  EXPECT_EQ(other.renew(), Holder::this_one);
}

TEST_F(Probing, CountsHowOftenItWasLost) {
  ProbingLease lease(path());
  lease.renew();
  lease.release();
  lease.renew();
  EXPECT_EQ(lease.losses(), 0U) << "it let go";
  fs::remove(path("mail.db.prober"));
  EXPECT_FALSE(lease.is_held());
  {
    ProbingLease other(path());
    EXPECT_EQ(other.renew(), Holder::this_one);
  }
  EXPECT_EQ(lease.renew(), Holder::this_one) << "another one has had it, and is gone";
  EXPECT_EQ(lease.losses(), 1U);
}

TEST_F(Probing, IsLeftToOthersByWhoHasNothingToProbe) {
  ProbingLease idle(path());
  EXPECT_EQ(idle.look(), Holder::none_needed);
  EXPECT_FALSE(fs::exists(path("mail.db.prober")));
  EXPECT_EQ(idle.in_words(), "this service has nothing to probe, and no other one on this database probes");
  EXPECT_FALSE(idle.is_abandoned());
  ProbingLease other(path());
  EXPECT_EQ(other.renew(), Holder::this_one);
  EXPECT_EQ(idle.look(), Holder::another);
  EXPECT_TRUE(idle.in_words().starts_with("another service on this database probes the mail servers: process "));
  EXPECT_EQ(other.look(), Holder::none_needed) << "its servers are not to be probed any more";
  EXPECT_EQ(idle.renew(), Holder::this_one);
  EXPECT_EQ(idle.losses() + other.losses(), 0U);
}

TEST_F(Probing, IsAbandonedAfterAWhileOnly) {
  constexpr std::chrono::milliseconds patience{60};
  ProbingLease idle(path(), patience);
  ProbingLease other(path(), patience);
  other.renew();
  idle.look();
  std::this_thread::sleep_for(patience);
  EXPECT_FALSE(idle.is_abandoned());
  other.release();
  idle.look();
  EXPECT_FALSE(idle.is_abandoned()) << "it may only be started anew";
  std::this_thread::sleep_for(patience);
  idle.look();
  EXPECT_TRUE(idle.is_abandoned());
}

TEST_F(Probing, HasANoteForPeopleWhileItIsHeld) {
  EXPECT_EQ(note_of_prober(path()), "");
  ProbingLease lease(path());
  lease.set_note("2 results wait");
  lease.renew();
  EXPECT_EQ(note_of_prober(path()), "2 results wait");
  lease.set_note("3 results wait");
  EXPECT_EQ(note_of_prober(path()), "3 results wait");
  lease.set_note("");
  EXPECT_EQ(note_of_prober(path()), "");
  lease.set_note("4 results wait");
  lease.release();
  EXPECT_EQ(note_of_prober(path()), "") << "what a process that is gone has said";
}

TEST_F(Probing, WritesToNoFileThatALinkLeadsTo) {
  std::ofstream(path("other")) << "precious";
  fs::create_symlink(path("other"), path("mail.db.prober"));
  ProbingLease lease(path());
  EXPECT_EQ(lease.renew(), Holder::unknown);
  std::string content;
  std::ifstream(path("other")) >> content;
  EXPECT_EQ(content, "precious");
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
