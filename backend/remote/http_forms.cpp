#include "backend/remote/http_forms.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/remote/methods.h"

namespace mxbalance::remote {

namespace {

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Percent-decoding (RFC 3986 §2.1), in forms also of `+`.
std::string decode(std::string_view text, bool is_form) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && is_form) {
      decoded += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hexadecimal(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexadecimal(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        throw BadRequest("the request has a % that is not followed by two hexadecimal digits: " +
                         std::string(text));
      }
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The value of `name` in a query string or a form body.
std::optional<std::string> find_field(std::string_view fields, std::string_view name) {
  for (const auto& field : split(fields, '&')) {
    const auto equals = field.find('=');
    if (equals != std::string_view::npos && decode(field.substr(0, equals), true) == name) {
      return decode(field.substr(equals + 1), true);
    }
  }
  return std::nullopt;
}

struct Target {
  const Method* method = nullptr;
  std::vector<std::string_view> parameters;  ///< raw path elements after the method's name
  std::string_view query;
};

/// A label may hold a `/` or a `%`: the path is split before it is decoded.
Target parse_target(std::string_view target, std::string_view url_suffix) {
  Target parsed;
  const auto question_mark = target.find('?');
  if (question_mark != std::string_view::npos) parsed.query = target.substr(question_mark + 1);
  std::string_view path = target.substr(0, question_mark);
  if (!url_suffix.empty() && path.ends_with(url_suffix)) path.remove_suffix(url_suffix.size());
  for (const auto& element : split(path, '/')) {
    if (parsed.method != nullptr) {
      parsed.parameters.push_back(element);
    } else {
      parsed.method = find_method(decode(element, false));
    }
  }
  if (parsed.method == nullptr) throw UnknownMethod("no method of the protocol is named in " + std::string(path));
  return parsed;
}

Parameters rest_parameters(const HttpRequest& request, const Target& target) {
  auto object = nlohmann::json::object();
  for (std::size_t i = 0; i < target.parameters.size(); ++i) {
    if (i >= target.method->path.size() || target.method->path.at(i).empty()) {
      throw BadRequest("the path has too many elements for " + std::string(target.method->name));
    }
    object[std::string(target.method->path.at(i))] = decode(target.parameters[i], false);
  }
  if (!request.zone_id.empty()) object["zone-id"] = std::string(request.zone_id);
  if (const auto disabled = find_field(target.query, "includeDisabled")) object["include_disabled"] = *disabled;
  return Parameters(std::move(object));
}

bool has_type(std::string_view content_type, std::string_view wanted) {
  return content_type.substr(0, content_type.find(';')) == wanted;
}

}  // namespace

Request parse_http_request(const HttpRequest& request, std::string_view url_suffix) {
  const bool is_json = has_type(request.content_type, "text/javascript") ||
                       has_type(request.content_type, "application/json") || request.body.starts_with('{');
  if (request.verb == "POST" && is_json) return parse_json_request(request.body);

  const Target target = parse_target(request.target, url_suffix);
  const std::string name(target.method->name);
  if (request.verb == "POST" && has_type(request.content_type, "application/x-www-form-urlencoded")) {
    if (const auto json = find_field(request.body, "parameters")) return {name, parse_json_parameters(*json)};
  }
  if (request.verb != target.method->verb) {
    throw BadRequest(name + " is sent with " +
                     std::string(target.method->verb.empty() ? "JSON" : target.method->verb) + ", not with " +
                     std::string(request.verb));
  }
  return {name, rest_parameters(request, target)};
}

}  // namespace mxbalance::remote
