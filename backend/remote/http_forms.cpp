#include "backend/remote/http_forms.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backend/protocol/form_fields.h"
#include "backend/remote/methods.h"

namespace mxbalance::remote {

namespace {

struct Target {
  const Method* method = nullptr;
  std::vector<std::string_view> parameters;  ///< elements of the path after the method's name, not decoded
  std::string_view query;
};

/// Splits the path before it is decoded, because a label may contain `/` or `%`.
Target parse_target(std::string_view target, std::string_view url_suffix) {
  Target parsed;
  const auto question_mark = target.find('?');
  if (question_mark != std::string_view::npos) parsed.query = target.substr(question_mark + 1);
  std::string_view path = target.substr(0, question_mark);
  if (!url_suffix.empty() && path.ends_with(url_suffix)) path.remove_suffix(url_suffix.size());
  std::optional<std::string_view> rest = path;
  while (const auto element = take_part(rest, '/')) {
    if (parsed.method == nullptr) {
      parsed.method = find_method(decode_percent(*element));
    } else if (parsed.parameters.size() <= parsed.method->path.size()) {  // one too many is kept and reported
      parsed.parameters.push_back(*element);
    }
  }
  if (parsed.method == nullptr) throw UnknownMethod(fmt::format("no method of the protocol is named in {}", path));
  return parsed;
}

Parameters rest_parameters(const listen::HttpRequest& request, const Target& target, db::MemoryShare& memory) {
  auto object = fields_of(target.query, memory);
  if (request.verb != "GET") object.update(fields_of(request.body, memory));
  for (std::size_t i = 0; i < target.parameters.size(); ++i) {
    if (i >= target.method->path.size() || target.method->path.at(i).empty()) {
      throw BadRequest(fmt::format("the path has too many elements for {}", target.method->name));
    }
    object[std::string(target.method->path.at(i))] = decode_percent(target.parameters[i]);
  }
  if (!request.zone_id.empty()) object["zone-id"] = std::string(request.zone_id);
  return Parameters(std::move(object));
}

bool has_type(std::string_view content_type, std::string_view wanted) {
  return content_type.substr(0, content_type.find(';')) == wanted;
}

}  // namespace

Request parse_http_request(const listen::HttpRequest& request, std::string_view url_suffix,
                           db::MemoryShare& memory) {
  const bool is_json = has_type(request.content_type, "text/javascript") ||
                       has_type(request.content_type, "application/json") || request.body.starts_with('{');
  if (request.verb == "POST" && is_json) return parse_json_request(request.body, memory);

  const Target target = parse_target(request.target, url_suffix);
  const std::string name(target.method->name);
  if (request.verb == "POST" && has_type(request.content_type, "application/x-www-form-urlencoded")) {
    memory.add(request.body.size());
    if (const auto json = find_field(request.body, "parameters"))
      return {name, parse_json_parameters(name, *json, memory)};
  }
  if (request.verb != target.method->verb) {
    throw BadRequest(fmt::format("{} is sent with {}, not with {}", name,
                                 target.method->verb.empty() ? "JSON" : target.method->verb, request.verb));
  }
  return {name, rest_parameters(request, target, memory)};
}

}  // namespace mxbalance::remote
