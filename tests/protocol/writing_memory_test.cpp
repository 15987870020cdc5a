// The memory that transactions take, and what is left of it when something is refused.
#include <memory>
#include <string>
#include <vector>

#include "backend/remote/open_transaction.h"
#include "tests/protocol/writing_peer.h"
#include "tests/unit/db/full_disk.h"

namespace mxbalance::remote {
namespace {

using nlohmann::json;

/// For so many transactions at once.
Service::Options with_memory_for(std::size_t transactions) {
  Service::Options options;
  options.memory = std::make_shared<db::MemoryBudget>(transactions * OpenTransaction::memory_of_its_own);
  return options;
}

TEST_F(Writing, OneWhoHasBegunIsNotRefusedForWantOfMemory) {
  store_.restart(1, with_memory_for(1));
  EXPECT_EQ(one_.start(), done);
  const std::string text = "\"" + std::string(250, 'x') + "\"";
  const int count = 3 * static_cast<int>(db::StagedWrites::most_in_memory / text.size());
  for (int i = 0; i < count; ++i)
    ASSERT_EQ(one_.feed(record("t" + std::to_string(i) + ".example.com.", "TXT", text)), done);

  EXPECT_EQ(two_.start(), refused("requests, replies and open transactions hold all of the " +
                                  std::to_string(OpenTransaction::memory_of_its_own) +
                                  " bytes that they may (--max-memory); try again later, or raise that limit"));
  EXPECT_EQ(two_.contents("t0.example.com.", "TXT"), "") << "lookups go on";
  EXPECT_EQ(one_.contents("t0.example.com.", "TXT"), text) << "read back from the file";
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("t0.example.com.", "TXT"), text);
  EXPECT_EQ(two_.contents("t" + std::to_string(count - 1) + ".example.com.", "TXT"), text);
}

TEST_F(Writing, WhatATransactionHasGoesBackWithIt) {
  const auto options = with_memory_for(1);
  store_.restart(1, options);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace("new.example.com.", "A", {record("new.example.com.", "A", "192.0.2.71")}), done);
    EXPECT_EQ(options.memory->taken(), options.memory->size());
    EXPECT_EQ(i % 3 == 0 ? one_.commit() : i % 3 == 1 ? one_.abort() : done, done);
    if (i % 3 == 2) store_.close(1);
    EXPECT_EQ(options.memory->taken(), 0U) << i;
  }
}

TEST_F(Writing, WhatWasRefusedKeepsNoMemory) {
  const auto options = with_memory_for(2);
  store_.restart(1, options);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one_.start(), done);
    EXPECT_NE(one_.feed(record("big.example.com.", "TXT", std::string(200'000, 'x'))), done);
    EXPECT_NE(one_.replace("big.example.org.", "A", {}), done) << "it lies in another zone";
    EXPECT_NE(one_.commit(), done);
    store_.session(1).reply_is_gone();
    EXPECT_EQ(options.memory->taken(), 0U);
  }
}

TEST_F(Writing, ARefusedWriteGivesItsMemoryBackAndThatOfItsTransaction) {
  const auto options = with_memory_for(4);
  store_.restart(1, options);
  EXPECT_EQ(one_.start(), done);
  const std::vector<json> records(4000, record("big.example.org.", "A", "192.0.2.71"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(one_.replace("big.example.org.", "A", records), done) << "it lies in another zone";
    EXPECT_GT(options.memory->taken(), 0U) << "of the request";
    store_.session(1).reply_is_gone();
    EXPECT_EQ(options.memory->taken(), 0U) << "nothing more is staged";
  }
}

TEST_F(Writing, ATransactionWhoseFileFailsStagesNothingMoreAndSaysWhyEachTime) {
  const auto options = with_memory_for(1);
  store_.restart(1, options);
  EXPECT_EQ(one_.start("example.com.", 1), done);
  std::string reply = done;
  {
    const db::testing::FullDisk disk(db::StagedWrites::most_in_memory / 2);
    const json large = record("t.example.com.", "TXT", "\"" + std::string(250, 'x') + "\"");
    for (std::size_t fed = 0; reply == done && fed < 2 * db::StagedWrites::most_in_memory; fed += 250)
      reply = one_.feed(large);
  }
  ASSERT_TRUE(matches(reply, "…is kept in a temporary file, which fails: disk I/O error; make room in …"))
      << reply;
  store_.session(1).reply_is_gone();
  EXPECT_EQ(options.memory->taken(), 0U);

  const std::string expected = poisoned(json::parse(reply)["error"]);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), expected);
    EXPECT_EQ(one_.replace("new.example.com.", "A", {}), expected);
    EXPECT_EQ(one_.set_note("staged"), expected);
  }
  EXPECT_EQ(one_.contents("www.example.com."), "192.0.2.80") << "as it stays";
  EXPECT_EQ(one_.commit(), expected);
  EXPECT_EQ(two_.contents("www.example.com."), "192.0.2.80");
}

TEST_F(Writing, AReplyIsCountedUntilItIsGone) {
  const auto options = with_memory_for(10);
  store_.restart(1, options);
  store_.exec(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
      " INSERT INTO records (domain_id, name, type, content, ttl)"
      " SELECT 1, 'n' || i || '.example.com', 'A', '192.0.2.71', 60 FROM n");
  const std::string reply = one_.ask("list", {{"zonename", "example.com."}, {"domain_id", 1}});
  EXPECT_GT(reply.size(), std::size_t{512} << 10U);
  EXPECT_GE(options.memory->taken(), reply.size());
  store_.session(1).reply_is_gone();
  EXPECT_EQ(options.memory->taken(), 0U);
}

TEST_F(Writing, ARequestThatTakesTooMuchMemoryIsRefusedAndSpoilsTheTransaction) {
  const auto options = with_memory_for(2);
  store_.restart(1, options);
  EXPECT_EQ(one_.start(), done);
  std::vector<nlohmann::json> records(10'000, record("new.example.com.", "A", "192.0.2.71"));
  const std::string full = "requests, replies and open transactions hold all of the " +
                           std::to_string(options.memory->size()) +
                           " bytes that they may (--max-memory); try again later, or raise that limit";
  EXPECT_EQ(one_.replace("new.example.com.", "A", records), refused(full));
  EXPECT_EQ(one_.commit(), poisoned(full));
}

}  // namespace
}  // namespace mxbalance::remote
