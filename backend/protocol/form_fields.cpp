#include "backend/protocol/form_fields.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "backend/protocol/parameters.h"
#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

using nlohmann::json;

/// The most bytes that a field takes as a JSON value, with its lists and objects and without its characters.
constexpr std::size_t field_size = 512;

/// The byte that two hexadecimal digits stand for. Absent: `digits` is something else.
std::optional<char> byte_of(std::string_view digits) {
  unsigned value = 0;
  const char* const last = digits.data() + digits.size();
  if (digits.size() != 2 || std::from_chars(digits.data(), last, value, 16).ptr != last) return std::nullopt;
  return static_cast<char>(value);
}

/// Decodes percent-encoding. In forms, a `+` stands for a blank.
std::string decode(std::string_view text, bool is_form) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && is_form) {
      decoded += ' ';
    } else if (text[i] == '%') {
      const auto byte = byte_of(text.substr(i + 1, 2));
      if (!byte) {
        throw BadRequest(
            fmt::format("the request has a % that is not followed by two hexadecimal digits: {}", text));
      }
      decoded += *byte;
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// Splits a field name into its parts: "rrset[0][ttl]" into rrset, 0 and ttl.
std::vector<std::string> path_of(const std::string& field) {
  std::vector<std::string> path;
  std::size_t start = field.find('[');
  path.push_back(field.substr(0, start));
  while (start != std::string::npos) {
    const auto end = field.find(']', start);
    if (end == std::string::npos)
      throw BadRequest(fmt::format("the form field \"{}\" has a [ without its ]", field));
    path.push_back(field.substr(start + 1, end - start - 1));
    start = field.find('[', end);
  }
  return path;
}

[[noreturn]] void contradict(const std::string& field) {
  throw BadRequest(fmt::format("the form field \"{}\" contradicts another one", field));
}

/// The element of `list` with the index in `part`, which may be the next one. An empty `part` means the next one.
json& element_of(json& list, const std::string& part, const std::string& field) {
  if (list.is_null()) list = json::array();
  if (!list.is_array()) contradict(field);
  std::size_t index = list.size();
  if (!part.empty()) std::from_chars(part.data(), part.data() + part.size(), index);
  if (index > list.size())
    throw BadRequest(fmt::format("the form field \"{}\" leaves out an element before it", field));
  if (index == list.size()) list.emplace_back();
  return list[index];
}

void set_field(json& fields, const std::string& field, std::string value) {
  constexpr std::size_t deepest = 3;  // rrset[0][ttl]
  const auto path = path_of(field);
  if (path.size() > deepest)
    throw BadRequest(fmt::format("the form field \"{}\" has more than two indexes", field));
  json* place = &fields[path.front()];
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::string& part = path[i];
    const bool is_index = std::all_of(part.begin(), part.end(), db::is_digit);
    if (is_index) {
      place = &element_of(*place, part, field);
    } else {
      if (!place->is_null() && !place->is_object()) contradict(field);
      place = &(*place)[part];
    }
  }
  if (!place->is_null() && !place->is_string()) contradict(field);
  *place = std::move(value);
}

void repair_ttls(json& fields) {
  const auto rrset = fields.find("rrset");
  if (rrset == fields.end() || !rrset->is_array() || rrset->empty() || !rrset->back().is_object()) return;
  const json ttl = rrset->back().value("ttl", json());
  for (auto& record : *rrset) {
    if (record.is_object()) record["ttl"] = ttl;
  }
}

}  // namespace

std::string decode_percent(std::string_view text) {
  return decode(text, false);
}

std::optional<std::string_view> take_part(std::optional<std::string_view>& text, char separator) {
  if (!text) return std::nullopt;
  const auto end = text->find(separator);
  const auto part = text->substr(0, end);
  if (end == std::string_view::npos) {
    text.reset();
  } else {
    text->remove_prefix(end + 1);
  }
  return part;
}

std::optional<std::string> find_field(std::string_view form, std::string_view name) {
  std::optional<std::string_view> rest = form;
  while (const auto field = take_part(rest, '&')) {
    const auto equals = field->find('=');
    if (equals != std::string_view::npos && decode(field->substr(0, equals), true) == name) {
      return decode(field->substr(equals + 1), true);
    }
  }
  return std::nullopt;
}

json fields_of(std::string_view form, db::MemoryShare& memory) {
  json fields = json::object();
  bool is_malformed = false;
  std::optional<std::string_view> rest = form;
  while (const auto field = take_part(rest, '&')) {
    const auto equals = field->find('=');
    if (equals == std::string_view::npos) {
      is_malformed |= field == "0" || field == "1";  // a boolean value without its name
    } else {
      memory.add(field_size + 2 * field->size());
      set_field(fields, decode(field->substr(0, equals), true), decode(field->substr(equals + 1), true));
    }
  }
  if (is_malformed) repair_ttls(fields);
  return fields;
}

}  // namespace mxbalance::remote
