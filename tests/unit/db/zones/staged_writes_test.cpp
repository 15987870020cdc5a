#include "db/zones/staged_writes.h"

#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "tests/unit/db/full_disk.h"

namespace mxbalance::db {
namespace {

std::string described(const Record& record) {
  return record.name + " " + std::to_string(record.ttl) + " " + record.type + " " + record.content + ";";
}

/// All of a write's fields, in words.
struct Described {
  std::string operator()(const RecordAddition& addition) const {
    return "add " + described(addition.record) + addition.order_name.value_or("none") +
           (addition.auth ? "" : " no auth");
  }
  std::string operator()(const RrsetReplacement& replacement) const {
    std::string text = "replace " + replacement.name + " " + replacement.type + ":";
    for (const auto& record : replacement.records)
      text += described(record);
    return text;
  }
  std::string operator()(const MetadataReplacement& replacement) const {
    std::string text = "metadata " + replacement.kind;
    for (const auto& value : replacement.values)
      text += "," + value;
    return text;
  }
  std::string operator()(const KeyAddition& addition) const {
    const auto& key = addition.key;
    return "key " + std::to_string(key.id) + " " + std::to_string(key.flags) + (key.active ? " active" : "") +
           (key.published ? " published " : " ") + key.content;
  }
  std::string operator()(const KeyRemoval& removal) const { return "no key " + std::to_string(removal.id); }
  std::string operator()(const KeyChange& change) const {
    const auto word = [](std::optional<bool> flag) { return !flag ? " as it is" : *flag ? " on" : " off"; };
    return "key " + std::to_string(change.id) + word(change.active) + word(change.published);
  }
};

std::vector<std::string> all_of(const StagedWrites& writes) {
  std::vector<std::string> all;
  writes.for_each([&](const ZoneWrite& write) { all.push_back(std::visit(Described(), write)); });
  return all;
}

const std::vector<ZoneWrite> of_each_kind = {
    RecordAddition{{"a.example", "A", "192.0.2.1", 300}},
    RecordAddition{{"b.example", "TXT", std::string("\"a\0b\xff\"", 7), 4294967295U}, "b", false},
    RecordAddition{{"c.example", "TXT", "", 0}, ""},
    RrsetReplacement{
        "c.example", "MX", {{"c.example", "MX", "10 a.example", 1}, {"c.example", "MX", "20 b.example", 1}}},
    RrsetReplacement{"d.example", "ANY", {}},
    MetadataReplacement{"X-NOTE", {"one", "", "three"}},
    MetadataReplacement{"PRESIGNED", {}},
    KeyAddition{{7, 257, false, true, "Private-key-format: v1.2\n"}},
    KeyRemoval{-1},
    KeyChange{9223372036854775807, true, std::nullopt},
    KeyChange{0, std::nullopt, false},
};

TEST(StagedWrites, ComeBackAsTheyWereInTheirOrder) {
  std::vector<std::string> expected;
  for (const auto& write : of_each_kind)
    expected.push_back(std::visit(Described(), write));
  const StagedWrites writes(of_each_kind);
  EXPECT_FALSE(writes.has_file());
  EXPECT_EQ(all_of(writes), expected);
  EXPECT_EQ(all_of(writes), expected) << "as often as is asked";
}

TEST(StagedWrites, GoToAFileFromSomeSizeOn) {
  StagedWrites writes;
  std::vector<std::string> expected;
  for (int round = 0; round < 20'000; ++round) {
    for (auto write : of_each_kind) {
      if (auto* addition = std::get_if<RecordAddition>(&write))
        addition->record.ttl = static_cast<std::uint32_t>(round);
      expected.push_back(std::visit(Described(), write));
      writes.push_back(std::move(write));
    }
  }
  EXPECT_TRUE(writes.has_file());
  EXPECT_EQ(all_of(writes), expected);
  const StagedWrites moved = std::move(writes);
  EXPECT_EQ(all_of(moved), expected);
}

TEST(StagedWrites, OneWriteMayBeLargerThanWhatIsKeptInMemory) {
  StagedWrites writes;
  writes.push_back(MetadataReplacement{"X-NOTE", {std::string(3 * StagedWrites::most_in_memory, 'x')}});
  writes.push_back(KeyRemoval{1});
  EXPECT_TRUE(writes.has_file());
  const auto all = all_of(writes);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].size(), 3 * StagedWrites::most_in_memory + std::string("metadata X-NOTE,").size());
  EXPECT_EQ(all[1], "no key 1");
}

TEST(StagedWrites, KeepNothingOnceTheirFileHasFailed) {
  StagedWrites writes;
  std::vector<std::string> problems;
  const auto note = [&](const auto& work) {
    try {
      work();
      problems.emplace_back();
    } catch (const StoreFailure& failure) {
      problems.emplace_back(failure.what());
    }
  };
  {
    const testing::FullDisk disk(StagedWrites::most_in_memory / 2);
    for (int i = 0; i < 3; ++i)
      note([&] {
        writes.push_back(MetadataReplacement{"X-NOTE", {std::string(StagedWrites::most_in_memory, 'x')}});
      });
  }
  EXPECT_FALSE(writes.has_file());
  note([&] { writes.push_back(KeyRemoval{1}); });
  note([&] { all_of(writes); });
  const std::string first =
      "a transaction that is larger than 1048576 bytes is kept in a temporary file, which fails: disk I/O error; "
      "make room in /var/tmp, or name another directory in TMPDIR";
  EXPECT_EQ(problems, std::vector<std::string>(5, first));
}

}  // namespace
}  // namespace mxbalance::db
