#include "db/base/memory_budget.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

class MemoryBudgets : public ::testing::Test {
 protected:
  std::vector<std::string> told_;
  std::shared_ptr<MemoryBudget> budget_ =
      std::make_shared<MemoryBudget>(mebibyte, [this](const std::string& sentence) { told_.push_back(sentence); });
};

TEST_F(MemoryBudgets, GiveSharesAndTakeThemBack) {
  {
    MemoryShare share(budget_, 0);
    share.grow_to(1);
    EXPECT_EQ(budget_->taken(), 65536U) << "by steps";
    share.grow_to(65536);
    share.add(1);
    EXPECT_EQ(budget_->taken(), 131072U);
    share.grow_to(10);
    EXPECT_EQ(budget_->taken(), 131072U) << "never less";
    share.release();
    EXPECT_EQ(budget_->taken(), 0U);
    share.grow_to(mebibyte);
    EXPECT_EQ(budget_->taken(), mebibyte);
  }
  EXPECT_EQ(budget_->taken(), 0U);
  EXPECT_TRUE(told_.empty());
}

TEST_F(MemoryBudgets, LeaveEachShareItsOwnPart) {
  MemoryShare share(budget_, 32768);
  share.add(32768);
  EXPECT_EQ(budget_->taken(), 0U);
  share.add(1);
  EXPECT_EQ(budget_->taken(), 65536U);
}

TEST_F(MemoryBudgets, RefuseInLessThanASecondAndTellOnceAMinute) {
  MemoryShare all(budget_, 0);
  all.grow_to(mebibyte);
  MemoryShare share(budget_, 0);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THROW(share.grow_to(1), MemoryShortage);
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(waited, MemoryBudget::patience);
  EXPECT_THROW(share.grow_to(1), MemoryShortage) << "its patience is over";
  MemoryShare impatient(budget_, 0);
  EXPECT_THROW(impatient.add_at_once(1), MemoryShortage);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3 * MemoryBudget::patience);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_NE(told_[0].find("hold all of the 1048576 bytes that they may (--max-memory)"), std::string::npos)
      << told_[0];
}

TEST_F(MemoryBudgets, AtOnceRefuseWhatIsMoreThanAll) {
  MemoryShare share(budget_, 0);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE([&] {
    try {
      share.grow_to(2 * mebibyte);
      return true;
    } catch (const MemoryShortage& shortage) {
      EXPECT_STREQ(
          shortage.what(),
          "requests, replies and open transactions hold all of the 1048576 bytes that they may (--max-memory); "
          "try again later, or raise that limit");
      return false;
    }
  }());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, MemoryBudget::patience);
}

TEST_F(MemoryBudgets, GiveToWhoWaits) {
  auto all = std::make_unique<MemoryShare>(budget_, 0);
  all->grow_to(mebibyte);
  std::jthread releasing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    all.reset();
  });
  MemoryShare share(budget_, 0);
  share.grow_to(mebibyte);
  EXPECT_EQ(budget_->taken(), mebibyte);
}

TEST_F(MemoryBudgets, ChangeTheirSizeForWhoWaitsToo) {
  MemoryShare all(budget_, 0);
  all.grow_to(mebibyte);
  std::jthread raising([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    budget_->change_size(2 * mebibyte);
  });
  MemoryShare share(budget_, 0);
  share.grow_to(mebibyte);
  EXPECT_EQ(budget_->taken(), 2 * mebibyte);
  raising.join();
  budget_->change_size(mebibyte);
  EXPECT_EQ(budget_->taken(), 2 * mebibyte) << "what is taken stays";
  share.release();
  EXPECT_THROW(share.add_at_once(1), MemoryShortage);
  all.release();
  share.grow_to(mebibyte);
  EXPECT_TRUE(told_.size() == 1 && told_[0].find("all of the 1048576 bytes") != std::string::npos);
}

TEST_F(MemoryBudgets, GoBeyondTheirSizeForWhatMustNotFail) {
  MemoryShare all(budget_, 0);
  all.grow_to(mebibyte);
  MemoryShare share(budget_, 0);
  share.grow_anyhow_to(mebibyte);
  share.add_anyhow(1);
  EXPECT_GT(budget_->taken(), 2 * mebibyte);
  share.release();
  EXPECT_EQ(budget_->taken(), mebibyte);
}

}  // namespace
}  // namespace mxbalance::db
