// Moving a new file to its place on file systems that cannot rename without replacing, or have no links either.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/base/output_file.h"
#include "tests/unit/db/base/refused_calls.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

namespace fs = std::filesystem;
using RefusedCalls = std::vector<testing::RefusedCall>;

class OutputFileSystems : public ::testing::Test {
 protected:
  std::string place() const { return directory_.path() / "file"; }

  /// Moves "new" to the place, over nothing. Returns the problem; empty: none.
  std::string move_while_refused(const RefusedCalls& calls) const {
    std::string problem;
    testing::while_refused(calls, [&] {
      try {
        PartialFile partial(place(), 0600);
        partial.write("new");
        partial.move_to_place(PartialFile::Over::nothing);
      } catch (const StoreFailure& failure) {
        problem = failure.what();
      }
    });
    return problem;
  }

  /// Of the only file in the directory.
  std::string text() const {
    EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 1);
    std::ifstream file(place());
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing::TemporaryDirectory directory_;
};

/// link() is one or the other, by the machine.
RefusedCalls without_links(unsigned renaming_error, unsigned link_error) {
  RefusedCalls calls{{SYS_renameat2, renaming_error}, {SYS_linkat, link_error}};
#ifdef SYS_link
  calls.push_back({SYS_link, link_error});
#endif
  return calls;
}

const std::vector<RefusedCalls> kinds = {
    {{SYS_renameat2, EINVAL}},    {{SYS_renameat2, ENOSYS}},      {{SYS_renameat2, ENOTSUP}},
    without_links(EINVAL, EPERM), without_links(EINVAL, ENOTSUP), without_links(EINVAL, ENOSYS),
};

TEST_F(OutputFileSystems, AFileIsMovedWithWhatTheyHave) {
  for (const auto& calls : kinds) {
    EXPECT_EQ(move_while_refused(calls), "");
    EXPECT_EQ(text(), "new");
    fs::remove(place());
  }
}

TEST_F(OutputFileSystems, WhatStandsThereStays) {
  std::ofstream(place()) << "another's";
  for (const auto& calls : kinds) {
    const std::string problem = move_while_refused(calls);
    EXPECT_NE(problem.find("to " + place() + ": File exists"), std::string::npos) << problem;
    EXPECT_EQ(text(), "another's");
  }
}

TEST_F(OutputFileSystems, OtherErrorsAreTold) {
  for (const auto& calls : {RefusedCalls{{SYS_renameat2, EACCES}}, without_links(EINVAL, EACCES)}) {
    const std::string problem = move_while_refused(calls);
    EXPECT_NE(problem.find("to " + place() + ": Permission denied"), std::string::npos) << problem;
    EXPECT_TRUE(fs::is_empty(directory_.path()));
  }
}

}  // namespace
}  // namespace mxbalance::db
