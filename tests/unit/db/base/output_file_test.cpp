#include "db/base/output_file.h"

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public ::testing::Test {
 protected:
  std::string at(const std::string& name) const { return directory_.path() / name; }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_.path()))
      names.push_back(entry.path().filename());
    return names;
  }
  static mode_t mode_of(const std::string& path) {
    struct stat found {};
    ::lstat(path.c_str(), &found);
    return found.st_mode & 07777U;
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(OutputFileTest, WhatIsNoRegularFileIsAStream) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  fs::create_symlink("fifo", at("to-fifo"));
  fs::create_symlink("/proc/self/fd/1", at("to-output"));
  for (const auto& path : {std::string("-"), at("fifo"), at("to-fifo"), at("to-output"), std::string("/dev/null"),
                           std::string("/dev/stdout"), std::string("/dev/fd/2"), std::string("/proc/self/fd/1"),
                           directory_.path().string()}) {
    const auto place = output_place(path);
    EXPECT_TRUE(place.is_stream) << path;
    EXPECT_EQ(place.path, path);
  }
}

TEST_F(OutputFileTest, LinksToFilesAreFollowed) {
  std::ofstream(at("file")) << "old";
  fs::create_directory(at("sub"));
  fs::create_symlink("../file", at("sub/link"));
  fs::create_symlink("sub/link", at("link"));
  fs::create_symlink("none", at("dangling"));
  fs::create_symlink("round", at("round"));
  for (const auto& [path, leads_to] : {std::pair(at("link"), at("file")), std::pair(at("dangling"), at("none"))}) {
    const auto place = output_place(path);
    EXPECT_FALSE(place.is_stream) << path;
    EXPECT_EQ(fs::weakly_canonical(place.path), fs::weakly_canonical(leads_to));
  }
  EXPECT_THROW(output_place(at("round")), StoreFailure);
}

TEST_F(OutputFileTest, AFileIsReplacedAsAWholeWithItsModeWhateverTheUmask) {
  std::ofstream(at("file")) << "old";
  const auto held_open = ::open(at("file").c_str(), O_RDONLY | O_CLOEXEC);
  const mode_t before = ::umask(0777);
  PartialFile partial(at("file"), 0640);
  partial.write("new");
  EXPECT_EQ(text_of(at("file")), "old");
  partial.move_to_place(PartialFile::Over::anything);
  ::umask(before);
  EXPECT_EQ(text_of(at("file")), "new");
  EXPECT_EQ(mode_of(at("file")), 0640U);
  std::array<char, 4> read{};
  EXPECT_EQ(::read(held_open, read.data(), read.size()), 3);
  EXPECT_STREQ(read.data(), "old") << "who reads it goes on with what was there";
  ::close(held_open);
}

TEST_F(OutputFileTest, WhatCameMeanwhileStays) {
  {
    PartialFile partial(at("file"), 0600);
    std::ofstream(at("file")) << "another's";
    EXPECT_THROW(partial.move_to_place(PartialFile::Over::nothing), StoreFailure);
  }
  EXPECT_EQ(text_of(at("file")), "another's");
  EXPECT_EQ(names(), std::vector<std::string>{"file"});
}

TEST_F(OutputFileTest, TwoThatWriteOneFileDoNotDisturbEachOther) {
  PartialFile one(at("file"), 0600);
  PartialFile other(at("file"), 0600);
  one.write("one's");
  other.write("the other's");
  one.move_to_place(PartialFile::Over::anything);
  EXPECT_EQ(text_of(at("file")), "one's");
  other.move_to_place(PartialFile::Over::anything);
  EXPECT_EQ(text_of(at("file")), "the other's");
  EXPECT_EQ(names(), std::vector<std::string>{"file"});
}

TEST_F(OutputFileTest, NothingOfAnothersIsWrittenIntoOrRemoved) {
  {
    PartialFile partial(at("file"), 0600);
    fs::rename(partial.path(), at("aside"));
    std::ofstream(partial.path()) << "another's";
    partial.write("text");
    EXPECT_EQ(text_of(partial.path()), "another's");
    EXPECT_EQ(text_of(at("aside")), "text");
    partial.move_to_place(PartialFile::Over::anything);
    std::ofstream(partial.path()) << "a third's";
  }
  EXPECT_EQ(names().size(), 3U) << "with what came there after the move";
}

TEST_F(OutputFileTest, WhatAKilledCommandHasLeftHindersNobody) {
  const auto be_killed = [&] {
    const PartialFile partial(at("file"), 0600);
    partial.write("half a");
    std::raise(SIGKILL);
  };
  EXPECT_EXIT(be_killed(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(names().size(), 1U) << "what it has left";
  PartialFile next(at("file"), 0600);
  next.write("text");
  next.move_to_place(PartialFile::Over::nothing);
  EXPECT_EQ(text_of(at("file")), "text");
}

TEST_F(OutputFileTest, AStreamIsWrittenIntoAndStaysWhatItIs) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  const int reader = ::open(at("fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  {
    const OutputStream stream(output_place(at("fifo")));
    stream.write("text");
    EXPECT_FALSE(stream.is_terminal());
  }
  std::array<char, 8> read{};
  EXPECT_EQ(::read(reader, read.data(), read.size()), 4);
  EXPECT_STREQ(read.data(), "text");
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(at("fifo")));
  EXPECT_THROW(OutputStream(output_place(directory_.path())), StoreFailure);
  EXPECT_THROW(OutputStream(output_place("/dev/full")).write("x"), StoreFailure);
}

}  // namespace
}  // namespace mxbalance::db
