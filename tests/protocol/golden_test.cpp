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

void check_reply(const Exchange& exchange, const WrittenRequest& request, ServedStore& store) {
  const auto expected = request.is_json_line ? on_unix_socket(exchange.reply) : exchange.reply;
  const auto reply = store.ask(request);
  EXPECT_EQ(reply.status, expected.status) << "line " << request.line_number;
  EXPECT_TRUE(matches(reply.body, expected.body)) << "line " << request.line_number << " gets\n" << reply.body;
}

std::set<std::string> forms_of(const GoldenCase& golden) {
  std::set<std::string> forms;
  for (const auto& exchange : golden.exchanges) {
    for (const auto& request : exchange.requests)
      forms.insert(form_of(request));
  }
  return forms;
}

/// What is written in one form must not be read in another: each has a store of its own.
void check_conversation(const GoldenCase& golden) {
  for (const auto& form : forms_of(golden)) {
    ServedStore store;
    store.restart(1, {.url_suffix = golden.url_suffix});
    for (const auto& exchange : golden.exchanges) {
      for (const auto& request : exchange.requests) {
        if (form_of(request) == form) check_reply(exchange, request, store);
      }
    }
  }
}

class Golden : public ::testing::TestWithParam<fs::path> {
 protected:
  void check(const GoldenCase& golden) {
    if (golden.is_store_gone) store_.take_away();
    for (const auto& exchange : golden.exchanges) {
      for (const auto& request : exchange.requests) {
        store_.restart(1, {.url_suffix = golden.url_suffix});
        check_reply(exchange, request, store_);
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
    golden.is_conversation ? check_conversation(golden) : check(golden);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, ::testing::ValuesIn(golden_files()),
                         [](const auto& file) { return file.param.stem().string(); });

TEST(GoldenFiles, HaveEveryMethodInEveryForm) {
  std::set<std::string> seen;
  for (const auto& file : golden_files()) {
    for (const auto& golden : read_golden_cases(file)) {
      for (const auto& exchange : golden.exchanges) {
        for (const auto& request : exchange.requests)
          seen.insert(method_of(request) + " as " + form_of(request));
      }
    }
  }
  for (const std::string method : {"lookup",
                                   "APILookup",
                                   "list",
                                   "getAllDomains",
                                   "getDomainInfo",
                                   "getAllDomainMetadata",
                                   "getDomainMetadata",
                                   "getUpdatedMasters",
                                   "getUnfreshSlaveInfos",
                                   "setNotified",
                                   "setFresh",
                                   "setStale",
                                   "getBeforeAndAfterNamesAbsolute",
                                   "startTransaction",
                                   "feedRecord",
                                   "feedEnts",
                                   "feedEnts3",
                                   "replaceRRSet",
                                   "commitTransaction",
                                   "abortTransaction",
                                   "setDomainMetadata",
                                   "getDomainKeys",
                                   "addDomainKey",
                                   "removeDomainKey",
                                   "activateDomainKey",
                                   "deactivateDomainKey",
                                   "publishDomainKey",
                                   "unpublishDomainKey",
                                   "getTSIGKey",
                                   "getTSIGKeys",
                                   "setTSIGKey",
                                   "deleteTSIGKey",
                                   "superMasterBackend",
                                   "createSlaveDomain",
                                   "searchRecords",
                                   "directBackendCmd"}) {
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
