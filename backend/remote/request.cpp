#include "backend/remote/request.h"

#include <charconv>
#include <utility>

#include "db/names.h"

namespace mxbalance::remote {

namespace {

nlohmann::json parse(std::string_view text, std::string_view what) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {  // a number out of range is no parse_error
    throw BadRequest(std::string(what) + " is not JSON: " + error.what());
  }
}

[[noreturn]] void refuse(std::string_view name, std::string_view wanted) {
  throw BadRequest("the parameter \"" + std::string(name) + "\" must be " + std::string(wanted));
}

}  // namespace

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

std::string Parameters::owner_name(std::string_view name) const {
  try {
    return db::canonical_name(text(name));
  } catch (const db::InvalidName& error) {
    throw BadRequest("the parameter \"" + std::string(name) + "\": " + error.what());
  }
}

std::int64_t Parameters::number(std::string_view name, std::int64_t otherwise) const {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX}) {
    return value->get<std::int64_t>();
  }
  if (value->is_number_integer() && !value->is_number_unsigned()) return value->get<std::int64_t>();
  if (value->is_string()) {  // the REST form has only strings
    const auto& text = value->get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  refuse(name, "a whole number");
}

bool Parameters::flag(std::string_view name, bool otherwise) const {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_string() && (*value == "true" || *value == "1")) return true;
  if (value->is_string() && (*value == "false" || *value == "0")) return false;
  refuse(name, "true or false");
}

Request parse_json_request(std::string_view text) {
  auto message = parse(text, "the request");
  if (!message.is_object())
    throw BadRequest("the request must be a JSON object with \"method\" and \"parameters\"");
  const auto method = message.find("method");
  if (method == message.end()) throw BadRequest("\"method\" is missing");
  if (!method->is_string()) throw BadRequest("\"method\" must be a string");
  const auto parameters = message.find("parameters");
  return {method->get<std::string>(),
          parameters == message.end() ? Parameters() : Parameters(std::move(*parameters))};
}

Parameters parse_json_parameters(std::string_view text) {
  return Parameters(parse(text, "the form field \"parameters\""));
}

}  // namespace mxbalance::remote
