#include "backend/protocol/request.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "db/base/text.h"
#include "db/dns/names.h"

namespace mxbalance::remote {

namespace {

/// Replaces bytes that are not ASCII by question marks.
std::string in_ascii(std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return ascii;
}

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
      throw BadRequest("the request has lists and objects within each other; at most " +
                       std::to_string(deepest_request) + " deep are allowed");
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
    throw BadRequest(std::string(what) + " is not JSON: " + error.what());
  }
}

/// The salt of feedEnts3 is sent as raw bytes, which may not be UTF-8. The salt is not used.
constexpr std::string_view salted_method = "feedEnts3";

nlohmann::json parse_message(std::string_view text, db::MemoryShare& memory) {
  if (text.find(salted_method) != std::string_view::npos) {
    memory.add(text.size());
    auto message = nlohmann::json::parse(in_ascii(text), CountedTree(memory), false);
    if (message.is_object() && message.value("method", nlohmann::json()) == salted_method) return message;
  }
  return parse(text, "the request", memory);
}

[[noreturn]] void refuse(std::string_view name, std::string_view wanted) {
  throw BadRequest("the parameter \"" + std::string(name) + "\" must be " + std::string(wanted));
}

}  // namespace

std::string canonical_owner_name(std::string_view parameter, std::string_view text) {
  try {
    return db::canonical_name(text);
  } catch (const db::InvalidName& error) {
    throw BadRequest("the parameter \"" + std::string(parameter) + "\": " + error.what());
  }
}

Parameters::Parameters(nlohmann::json object) : object_(std::move(object)) {
  if (!object_.is_object() && !object_.is_null()) throw BadRequest("\"parameters\" must be a JSON object");
}

const nlohmann::json* Parameters::find(std::string_view name) const {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

std::string Parameters::text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) throw BadRequest("the parameter \"" + std::string(name) + "\" is missing");
  if (!value->is_string()) refuse(name, "a string");
  return value->get<std::string>();
}

std::string Parameters::text_or_null(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr || value->is_null() ? "" : text(name);
}

std::string Parameters::owner_name(std::string_view name) const {
  return canonical_owner_name(name, text(name));
}

std::int64_t Parameters::number(std::string_view name, std::int64_t otherwise) const {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX}) {
    return value->get<std::int64_t>();
  }
  if (value->is_number_integer() && !value->is_number_unsigned()) return value->get<std::int64_t>();
  if (value->is_string()) {  // the REST form has strings only
    const auto& text = value->get_ref<const std::string&>();
    std::int64_t number = 0;
    const char* const text_end = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), text_end, number);
    const bool is_whole =
        end == text_end || std::string_view(end, text_end) == ".000000";  // setNotified of PowerDNS up to 4.9
    if (error == std::errc() && is_whole) return number;
  }
  refuse(name, "a whole number");
}

const nlohmann::json::array_t& Parameters::list(std::string_view name) const {
  static const nlohmann::json::array_t none;
  const auto* value = find(name);
  if (value == nullptr || value->is_null()) return none;
  if (!value->is_array()) refuse(name, "a list");
  return value->get_ref<const nlohmann::json::array_t&>();
}

std::vector<std::string> Parameters::texts(std::string_view name) const {
  std::vector<std::string> texts;
  for (const auto& element : list(name)) {
    if (!element.is_string()) refuse(name, "a list of strings");
    texts.push_back(element.get<std::string>());
  }
  return texts;
}

std::vector<Parameters> Parameters::objects(std::string_view name) const {
  std::vector<Parameters> objects;
  for (const auto& element : list(name)) {
    if (!element.is_object()) refuse(name, "a list of objects");
    objects.emplace_back(element);
  }
  return objects;
}

Parameters Parameters::object(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr || !value->is_object()) refuse(name, "an object");
  return Parameters(*value);
}

bool Parameters::flag(std::string_view name, bool otherwise) const {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  if (*value == 1 || *value == "true" || *value == "1") return true;
  if (*value == 0 || *value == "false" || *value == "0") return false;
  refuse(name, "true or false");
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
