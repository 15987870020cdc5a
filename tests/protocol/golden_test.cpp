// The golden cases, and what no text file can hold.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/protocol/served_store.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> golden_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(MXBALANCE_SOURCE_DIR) / "tests/protocol/golden")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// What a line of the Unix socket gets where HTTP gets `reply`: it has no status, and no errors but a closed
/// connection.
WrittenReply on_unix_socket(const WrittenReply& reply) {
  if (reply.status == 200) return reply;
  if (reply.status == 404) return {200, R"({"result":false})"};
  return {};
}

class Golden : public ::testing::TestWithParam<fs::path> {
 protected:
  void check(const GoldenCase& golden) {
    if (golden.is_store_gone) store_.take_away();
    for (const auto& exchange : golden.exchanges) {
      for (const auto& request : exchange.requests) {
        store_.restart(1, golden.url_suffix);
        const auto expected = request.is_json_line ? on_unix_socket(exchange.reply) : exchange.reply;
        const auto reply = store_.ask(request);
        EXPECT_EQ(reply.status, expected.status) << "line " << request.line_number;
        EXPECT_TRUE(matches(reply.body, expected.body)) << "line " << request.line_number << " gets\n"
                                                        << reply.body;
      }
    }
    if (golden.is_store_gone) store_.bring_back();
  }

 private:
  ServedStore store_;
};

TEST_P(Golden, Replies) {
  const auto cases = read_golden_cases(GetParam());
  EXPECT_FALSE(cases.empty());
  for (const auto& golden : cases) {
    SCOPED_TRACE(GetParam().filename().string() + " line " + std::to_string(golden.line_number) + ": " +
                 golden.why);
    check(golden);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, ::testing::ValuesIn(golden_files()),
                         [](const auto& file) { return file.param.stem().string(); });

std::string form_of(const WrittenRequest& request) {
  if (request.is_json_line) return "Unix socket";
  if (request.body.starts_with('{')) return "post_json";
  return request.verb == "POST" && request.body.starts_with("parameters=") ? "post" : "REST";
}

TEST(GoldenFiles, HaveEveryReadingMethodInEveryForm) {
  std::set<std::string> seen;
  for (const auto& file : golden_files()) {
    for (const auto& golden : read_golden_cases(file)) {
      for (const auto& exchange : golden.exchanges) {
        for (const auto& request : exchange.requests)
          seen.insert(method_of(request) + " as " + form_of(request));
      }
    }
  }
  for (const std::string method :
       {"lookup", "APILookup", "list", "getAllDomains", "getDomainInfo", "getAllDomainMetadata",
        "getDomainMetadata", "getUpdatedMasters", "getUnfreshSlaveInfos", "setNotified", "setFresh", "setStale",
        "abortTransaction", "getBeforeAndAfterNamesAbsolute"}) {
    for (const char* form : {" as REST", " as post", " as post_json", " as Unix socket"})
      EXPECT_TRUE(seen.contains(method + form)) << method << form;
  }
}

TEST(Matches, AnEllipsisStandsForAnyText) {
  EXPECT_TRUE(matches("abc", "abc"));
  EXPECT_TRUE(matches("abc", "a…c"));
  EXPECT_TRUE(matches("ac", "a…c"));
  EXPECT_TRUE(matches("abcbc", "…bc"));
  EXPECT_TRUE(matches("abc", "abc…"));
  EXPECT_FALSE(matches("abcd", "abc"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_FALSE(matches("abcd", "a…c"));
  EXPECT_FALSE(matches("abc", "x…"));
}

}  // namespace
}  // namespace mxbalance::remote
