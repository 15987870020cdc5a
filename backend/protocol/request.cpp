#include "backend/protocol/request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace mxbalance::remote {

namespace {

/// The most bytes that one value, or a name, takes in a tree, without its characters.
constexpr std::size_t value_size = 96;

/// Counts the memory of a tree of values while it is read, and limits its depth. A value of a few bytes of text
/// may take fifty bytes of memory.
class CountedTree {
 public:
  using Event = nlohmann::json::parse_event_t;

  explicit CountedTree(db::MemoryShare& memory) : memory_(memory) {}

  bool operator()(int depth, Event event, const nlohmann::json& parsed) {
    if (event == Event::object_end || event == Event::array_end) return true;
    if ((event == Event::object_start || event == Event::array_start) && depth >= deepest_request) {
      throw BadRequest(fmt::format(
          "the request has lists and objects within each other; at most {} deep are allowed", deepest_request));
    }
    memory_.add(value_size + (parsed.is_string() ? parsed.get_ref<const std::string&>().size() : 0));
    return true;
  }

 private:
  db::MemoryShare& memory_;
};

nlohmann::json parse(std::string_view text, std::string_view what, db::MemoryShare& memory) {
  try {
    return nlohmann::json::parse(text, CountedTree(memory));
  } catch (const nlohmann::json::exception& error) {  // a number out of range is not a parse_error
    throw BadRequest(fmt::format("{} is not JSON: {}", what, error.what()));
  }
}

constexpr std::string_view salted_method = "feedEnts3";

nlohmann::json parse_message(std::string_view text, db::MemoryShare& memory) {
  if (text.find(salted_method) != std::string_view::npos) {
    memory.add(text.size());
    auto message = nlohmann::json::parse(in_ascii(text), CountedTree(memory), false);
    if (message.is_object() && message.value("method", nlohmann::json()) == salted_method) return message;
  }
  return parse(text, "the request", memory);
}

}  // namespace

std::string in_ascii(std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return ascii;
}

Request parse_json_request(std::string_view text, db::MemoryShare& memory) {
  if (auto question = read_question(text)) return {"lookup", {}, std::move(question)};
  auto message = parse_message(text, memory);
  if (!message.is_object())
    throw BadRequest("the request must be a JSON object with \"method\" and \"parameters\"");
  const auto method = message.find("method");
  if (method == message.end()) throw BadRequest("\"method\" is missing");
  if (!method->is_string()) throw BadRequest("\"method\" must be a string");
  const auto parameters = message.find("parameters");
  return {method->get<std::string>(),
          parameters == message.end() ? Parameters() : Parameters(std::move(*parameters))};
}

Parameters parse_json_parameters(std::string_view method, std::string_view text, db::MemoryShare& memory) {
  if (method == salted_method) memory.add(text.size());
  const std::string salted = method == salted_method ? in_ascii(text) : std::string();
  return Parameters(parse(salted.empty() ? text : salted, "the form field \"parameters\"", memory));
}

}  // namespace mxbalance::remote
