// JSON as a line of the Unix socket and as the body of a post_json request: both mean the same. So do the two ways
// in which a lookup is read.
#include <nlohmann/json.hpp>

#include "backend/protocol/question.h"
#include "backend/protocol/request.h"
#include "backend/remote/methods.h"
#include "tests/fuzz/asked_store.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

namespace {

std::string described(const remote::Question& question) {
  return question.owner_name + ' ' + question.type + ' ' + std::to_string(question.zone_id);
}

void compare_ways(const std::string& json) {
  const auto at_once = remote::read_question(json);
  if (!at_once) return;
  const auto message = nlohmann::json::parse(json);
  fuzz::require(message.at("method") == "lookup", "another method is read as a lookup", {json});
  const auto question = remote::question_of(remote::Parameters(message.at("parameters")));
  fuzz::require(described(*at_once) == described(question), "a lookup is read in two ways",
                {described(*at_once), described(question)});
}

bool writes(const std::string& json) {
  const auto message = nlohmann::json::parse(json, nullptr, false);
  if (!message.is_object() || !message.contains("method") || !message["method"].is_string()) return false;
  const auto* const method = remote::find_method(message["method"].get<std::string>());
  return method != nullptr && (method->kind == remote::Method::writes || method->kind == remote::Method::polls);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string json = fuzz::text_of_input(bytes, size);
  compare_ways(json);
  const auto line = fuzz::ask_store({.is_json_line = true, .body = json});
  const auto post = fuzz::ask_store(
      {.verb = "POST", .target = "/dns", .content_type = "text/javascript; charset=utf-8", .body = json});
  if (writes(json)) return 0;  // the line has done already what the other one asks for
  fuzz::require(
      line.status == 0 ? post.status == 400 || post.status == 500 : post.status == 200 || post.status == 404,
      "the Unix socket and HTTP differ", {line.body, post.body});
  fuzz::require(post.status != 404 || line.body == R"({"result":false})", "the reply to an unknown method",
                {line.body});
  return 0;
}
