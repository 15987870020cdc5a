// Lookups are read in two ways: at once where they are plain, as nearly all are, and through a tree of values.
// What both can read must mean the same.
#include "backend/protocol/question.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backend/protocol/request.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {
namespace {

std::string described(const Question& question) {
  return question.owner_name + " " + question.type + " " + std::to_string(question.zone_id);
}

std::string read(std::string_view json) {
  const auto question = read_question(json);
  return question ? described(*question) : "absent";
}

TEST(ReadQuestion, Plain) {
  const std::vector<std::pair<std::string, std::string>> requests = {
      {R"({"method": "lookup", "parameters": {"local": "127.0.0.1", "qname": "Mail.example.", "qtype": "mx",)"
       R"( "real-remote": "10.0.0.0/24", "remote": "10.0.0.1", "zone-id": 7}})",
       "Mail.example. MX 7"},
      {R"({"method":"lookup","parameters":{"qname":"a.","qtype":"ANY"}})", "a. ANY -1"},
      {R"({"parameters":{"qtype":"A","qname":"a.","zone-id":-1},"method":"lookup"})", "a. A -1"},
      {" {\t\"method\" :\r\n\"lookup\" , \"parameters\" : { \"qname\" : \"a.\" , \"qtype\" : \"A\" , \"zone-id\" "
       ": 0 } } ",
       "a. A 0"},
      {R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":9223372036854775807}})",
       "a. A 9223372036854775807"},
      {R"({"method":"lookup","parameters":{"qname":"a.","qname":"b.","qtype":"A"}})", "b. A -1"},
      {R"({"method":"lookup","parameters":{"qname":"","qtype":""}})", "  -1"},
  };
  for (const auto& [json, expected] : requests)
    EXPECT_EQ(read(json), expected) << json;
}

TEST(ReadQuestion, LeavesTheRestToTheOtherWay) {
  const std::vector<std::string> requests = {
      "",
      "{",
      "{}",
      "[]",
      "lookup",
      R"({"method":"lookup"})",
      R"({"method":"list","parameters":{"qname":"a.","qtype":"A"}})",
      R"({"method":"lookup","parameters":{}})",
      R"({"method":"lookup","parameters":{"qname":"a."}})",
      R"({"method":"lookup","parameters":{"qtype":"A"}})",
      R"({"method":"lookup","parameters":null})",
      R"({"method":"lookup","parameters":{"qname":"a\\.b.","qtype":"A"}})",
      R"({"method":"lookup","parameters":{"qname":"\u0061.","qtype":"A"}})",
      "{\"method\":\"lookup\",\"parameters\":{\"qname\":\"\xC3\xA4.\",\"qtype\":\"A\"}}",
      "{\"method\":\"lookup\",\"parameters\":{\"qname\":\"a\t.\",\"qtype\":\"A\"}}",
      "{\"method\":\"lookup\",\"parameters\":{\"qname\":\"a.\n\",\"qtype\":\"A\"}}",
      R"({"method":"lookup","parameters":{"qname":1,"qtype":"A"}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":["A"]}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":"7"}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":07}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":-0}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":7.0}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":7e1}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":9223372036854775808}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","zone-id":}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A","include-disabled":true}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A",}})",
      R"({"method":"lookup","parameters":{"qname":"a." "qtype":"A"}})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}} {})",
      R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"},"more":1})",
      R"({"method":"lookup","parameters":{"qname":"a.","zone-id":7},"parameters":{"qtype":"A"}})",
  };
  for (const auto& json : requests)
    EXPECT_EQ(read(json), "absent") << json;
}

TEST(ReadQuestion, ReadsEveryPlainLookupThatPowerDnsWrites) {
  std::size_t read_at_once = 0;
  const auto recorded = std::filesystem::path(MXBALANCE_SOURCE_DIR) / "tests/protocol/captured";
  for (const auto& file : std::filesystem::directory_iterator(recorded)) {
    if (file.path().extension() != ".txt") continue;
    for (const auto& request : read_requests(file)) {
      const auto message = nlohmann::json::parse(request.body, nullptr, false);
      if (!message.is_object() || message.value("method", "") != "lookup") continue;
      const bool is_plain = request.body.find('\\') == std::string::npos;
      EXPECT_EQ(read(request.body),
                is_plain ? described(question_of(Parameters(message.at("parameters")))) : "absent")
          << request.body;
      read_at_once += is_plain ? 1 : 0;
    }
  }
  EXPECT_GT(read_at_once, 50U);
}

}  // namespace
}  // namespace mxbalance::remote
