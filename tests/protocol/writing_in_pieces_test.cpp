// Requests that are read in pieces: they mean what the same requests mean as a whole.
#include <string>
#include <vector>

#include "tests/protocol/writing_peer.h"

namespace mxbalance::remote {
namespace {

using nlohmann::json;

TEST_F(Writing, ARecordListOfAnotherMethodWritesNothing) {
  for (const std::string method : {"feedEnts", "feedEnts3"}) {
    SCOPED_TRACE(method);
    const json parameters = {{"domain_id", 1},
                             {"qname", "www.example.com."},
                             {"qtype", "A"},
                             {"rrset", {record("www.example.com.", "A", "192.0.2.71")}}};
    EXPECT_EQ(one_.ask_in_pieces(method, parameters).body, refused(no_transaction));
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.ask_in_pieces(method, parameters).body, done);
    EXPECT_EQ(one_.commit(), done);
    EXPECT_EQ(two_.contents("www.example.com."), "192.0.2.80");
  }
}

TEST_F(Writing, AStoreThatIsGoneIsAnErrorOfTheServiceAndLoggedOnce) {
  const json parameters = {
      {"domain_id", 1}, {"qname", "www.example.com."}, {"qtype", "A"}, {"rrset", json::array()}};
  store_.take_away();
  EXPECT_EQ(one_.ask_in_pieces("replaceRRSet", parameters).status, 500);
  const auto log = store_.log();
  ASSERT_EQ(log.size(), 1U) << ::testing::PrintToString(log);
  EXPECT_TRUE(matches(log[0], "warning replaceRRSet is refused: the database … is gone: …")) << log[0];
  store_.bring_back();
}

}  // namespace
}  // namespace mxbalance::remote
