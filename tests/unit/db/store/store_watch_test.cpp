#include "db/store/store_watch.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

using std::chrono::seconds;

class StoreWatches : public ::testing::Test {
 protected:
  [[nodiscard]] static StoreWatch::Time at(int second) {
    return StoreWatch::Time(seconds(1764253800 + second));  // 2025-11-27T14:30:00Z
  }

  /// What was told since the last time.
  std::vector<std::string> told() { return std::exchange(told_, {}); }

  StoreWatch watch_{"mail.db", [this](StoreWatch::Importance importance, const std::string& sentence) {
                      told_.push_back((importance == StoreWatch::Importance::trouble ? "! " : "") + sentence);
                    }};
  std::vector<std::string> told_;
};

TEST_F(StoreWatches, TellOnceOfOtherNamesThatStay) {
  const std::string danger = "the database mail.db has 2 names";
  watch_.saw_names(danger, at(0));
  watch_.saw_names(std::nullopt, at(1));
  watch_.saw_names(danger, at(2));
  watch_.saw_names(danger, at(11));
  EXPECT_EQ(told(), std::vector<std::string>{}) << "a link for a moment, as some editors make";
  for (int second = 12; second < 100; ++second)
    watch_.saw_names(danger, at(second));
  EXPECT_EQ(told(), std::vector<std::string>{"! " + danger});
  watch_.saw_names(std::nullopt, at(100));
  watch_.saw_names(std::nullopt, at(101));
  EXPECT_EQ(told(), std::vector<std::string>{"the database mail.db has one name again"});
}

TEST_F(StoreWatches, TellAtOnceWhatDoesNotPass) {
  for (int second = 0; second < 100; ++second)
    watch_.could_not_write("mail.db may not be written: run: chown me mail.db", true, at(second));
  EXPECT_EQ(told(),
            (std::vector<std::string>{
                "! the database mail.db cannot be written: lookups go on, but what probes find and what PowerDNS "
                "writes is not kept, and its log is not emptied. mail.db may not be written: run: chown me "
                "mail.db"}));
  watch_.could_write();
  watch_.could_write();
  EXPECT_EQ(told(), (std::vector<std::string>{"the database mail.db can be written again"}));
  watch_.could_not_write("why", true, at(200));
  EXPECT_EQ(told().size(), 1U) << "another episode";
}

TEST_F(StoreWatches, ArePatientWithLocks) {
  for (int second = 0; second < 10; ++second)
    watch_.could_not_write("database is locked", false, at(second));
  watch_.could_write();
  EXPECT_EQ(told().size(), 0U);
  for (int second = 20; second < 40; ++second)
    watch_.could_not_write("database is locked", false, at(second));
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(StoreWatches, TellHowLogsGrow) {
  const std::int64_t mebibyte = 1 << 20;
  watch_.saw_log({63 * mebibyte, 60 * mebibyte}, at(0));
  watch_.saw_log({63 * mebibyte, 60 * mebibyte}, at(1000));
  EXPECT_EQ(told().size(), 0U) << "it is small";
  for (int second = 1001; second < 1010; ++second)
    watch_.saw_log({70 * mebibyte, 65 * mebibyte}, at(second));
  EXPECT_EQ(told(),
            (std::vector<std::string>{
                "! the log mail.db-wal has grown to 70 MiB: 65 MiB of it have been waiting since "
                "2025-11-27T14:30:00Z (1001 s) to be taken over into the database, because another program "
                "reads from it without an end, such as a sqlite3 shell within BEGIN: fuser -v mail.db names "
                "those that have it open; end that one"}));
  watch_.saw_log({139 * mebibyte, 130 * mebibyte}, at(1100));
  EXPECT_EQ(told().size(), 0U);
  watch_.saw_log({140 * mebibyte, 130 * mebibyte}, at(1101));
  EXPECT_EQ(told().size(), 1U) << "it has doubled";
  watch_.saw_log({140 * mebibyte, 0}, at(1102));
  EXPECT_EQ(told().size(), 0U);
  watch_.saw_log({}, at(1103));
  EXPECT_EQ(told(), (std::vector<std::string>{"the log mail.db-wal has been taken over into the database"}));
}

TEST_F(StoreWatches, SayNothingOfWhatIsJustWritten) {
  for (int second = 0; second < 100; ++second) {
    watch_.saw_log({std::int64_t{1} << 30, 4096}, at(second));
    watch_.saw_log({std::int64_t{1} << 30, 0}, at(second));
  }
  EXPECT_EQ(told().size(), 0U);
}

}  // namespace
}  // namespace mxbalance::db
