#include "backend/protocol/parameters.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "db/dns/names.h"

namespace mxbalance::remote {

namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view wanted) {
  throw BadRequest(fmt::format("the parameter \"{}\" must be {}", name, wanted));
}

}  // namespace

std::string canonical_owner_name(std::string_view parameter, std::string_view text) {
  try {
    return db::canonical_name(text);
  } catch (const db::InvalidName& error) {
    throw BadRequest(fmt::format("the parameter \"{}\": {}", parameter, error.what()));
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
  if (value == nullptr) throw BadRequest(fmt::format("the parameter \"{}\" is missing", name));
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

}  // namespace mxbalance::remote
