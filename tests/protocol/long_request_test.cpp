// Requests that are read in pieces, by themselves: which they are, and where reading ends.
#include "backend/protocol/long_request.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/protocol/writing_peer.h"

namespace mxbalance::remote {
namespace {

/// Why the request is refused; "": it is not.
std::string refusal_of(listen::ByteSource& source) {
  try {
    read_in_pieces(source, [](const Parameters&, const Parameters&) {});
    return "";
  } catch (const BadRequest& refusal) {
    return refusal.what();
  }
}

std::string refusal_of(std::string_view request) {
  InPieces pieces(request);
  return refusal_of(pieces);
}

std::string with_parameters(const std::string& method, const std::string& parameters) {
  return R"({"method":")" + method + R"(","parameters":{)" + parameters + "}}";
}

/// A list within a list, so many deep.
std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

std::string fields(int count) {
  std::string list;
  for (int i = 0; i < count; ++i)
    list += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":1";
  return list;
}

TEST(LongRequests, AreThoseThatBeginWithAMethodWithALongList) {
  for (const char* beginning : {R"({"method":"feedEnts",)", R"({"method":"feedEnts3","parameters")",
                                "{ \"method\"\t:\r\n\"replaceRRSet\""}) {
    EXPECT_TRUE(is_read_in_pieces(beginning)) << beginning;
  }
  for (const char* beginning :
       {R"({"method":"feedRecord",)", R"({"method":"lookup",)", R"({"parameters":{},"method":"feedEnts"})",
        R"({"method":"feedEnt)", R"({"method")", "{", ""}) {
    EXPECT_FALSE(is_read_in_pieces(beginning)) << beginning;
  }
}

TEST(LongRequests, HaveNoTextWithoutEnd) {
  const std::string longest(longest_text - 1000, 'x');
  EXPECT_EQ(refusal_of(with_parameters("replaceRRSet", R"("qname":")" + longest + '"')), "");

  /// Much longer than that, so that it is seen who reads all of it.
  class OneText final : public listen::ByteSource {
   public:
    std::string_view next() override {
      if (given_ > 10 * longest_text) return "";
      const std::string_view piece = given_ == 0 ? std::string_view(begin_) : std::string_view(more_);
      given_ += piece.size();
      return piece;
    }
    std::size_t given() const { return given_; }

   private:
    const std::string begin_ = R"({"method":"replaceRRSet","parameters":{"qname":")";
    const std::string more_ = std::string(1000, 'x');
    std::size_t given_ = 0;
  };
  OneText endless;
  EXPECT_TRUE(refusal_of(endless).starts_with("a text in the request is longer than"));
  EXPECT_LT(endless.given(), 2 * longest_text) << "the rest is not read";
}

TEST(LongRequests, HaveNoObjectOfManyFields) {
  EXPECT_EQ(refusal_of(with_parameters("replaceRRSet", fields(32) + ",\"f0\":2")), "");
  EXPECT_TRUE(refusal_of(with_parameters("replaceRRSet", fields(33))).starts_with("the request has more than 32"));
  const auto with_record = [](int count) {
    return with_parameters("replaceRRSet", R"("rrset":[{)" + fields(count) + "}]");
  };
  EXPECT_EQ(refusal_of(with_record(32)), "");
  EXPECT_TRUE(refusal_of(with_record(33)).starts_with("the request has more than 32"));
}

TEST(LongRequests, HaveNoListsOfAnyDepth) {
  const int deepest_list = deepest_request - 2;  // within the request and its parameters
  EXPECT_EQ(refusal_of(with_parameters("feedEnts", R"("nonterm":)" + nested(deepest_list))), "");
  EXPECT_NE(refusal_of(with_parameters("feedEnts", R"("nonterm":)" + nested(deepest_list + 1))), "");
}

TEST(LongRequests, HaveTheirListsAloneReadAndDropped) {
  const std::string list = R"("nonterm":["a.example.com."])";
  EXPECT_EQ(refusal_of(with_parameters("feedEnts", list + R"(,"domain_id":1)")), "");
  for (const char* other : {"[]", "{}", "[{}]"}) {
    const std::string more = std::string("\"more\":") + other;
    const std::string sentence = "the request has a list or an object at \"more\", where none is allowed";
    EXPECT_EQ(refusal_of(with_parameters("feedEnts", more)), sentence);
    EXPECT_EQ(refusal_of(with_parameters("feedEnts", list + "," + more)), sentence) << "also after that list";
  }
}

}  // namespace
}  // namespace mxbalance::remote
