#include "backend/protocol/reply_text.h"

#include <algorithm>

namespace mxbalance::remote {

namespace {

/// Appends the escape for `c`, which is a quote, a backslash or a control character.
void append_escaped(std::string& to, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    to += '\\';
    to += c;
  } else {
    to += "\\u00";
    to += digits[value >> 4U];
    to += digits[value & 15U];
  }
}

/// Appends the name of a field. `name` needs no escape.
void append_name(std::string& to, std::string_view name) {
  append_separator(to);
  to += '"';
  to += name;
  to += "\":";
}

void append_field(std::string& to, std::string_view name, std::string_view value) {
  append_name(to, name);
  append_string(to, value);
}

void append_field(std::string& to, std::string_view name, std::int64_t value) {
  append_name(to, name);
  to += std::to_string(value);
}

}  // namespace

std::string result(std::string_view json) {
  return "{\"result\":" + std::string(json) + "}";
}

std::string absolute(const std::string& name) {
  return name == "." ? name : name + '.';
}

void append_string(std::string& to, std::string_view text) {
  to += '"';
  append_in_string(to, text);
  to += '"';
}

void append_in_string(std::string& to, std::string_view text) {
  constexpr auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  while (!text.empty()) {  // usually one pass is enough
    const auto plain =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
    to += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    append_escaped(to, text.front());
    text.remove_prefix(1);
  }
}

void append_separator(std::string& to) {
  constexpr std::string_view openings = "[{:";
  if (!to.empty() && openings.find(to.back()) == std::string_view::npos) to += ',';
}

void append_row(std::string& to, const answer::Row& row, std::string_view owner_name, std::int64_t zone_id) {
  append_separator(to);
  to += '{';
  append_field(to, "qtype", row.type);
  append_field(to, "qname", owner_name);
  append_field(to, "content", row.content);
  append_field(to, "ttl", row.ttl);
  append_field(to, "domain_id", zone_id);
  if (!row.auth) append_field(to, "auth", 0);
  if (row.turns) append_field(to, "scopeMask", 1);
  to += '}';
}

void append_zone_info(std::string& to, const db::ZoneInfo& info) {
  append_separator(to);
  to += '{';
  append_field(to, "id", info.zone.id);
  append_field(to, "zone", absolute(info.zone.name));
  if (info.kind != "native") append_field(to, "kind", info.kind);
  if (info.serial) append_field(to, "serial", *info.serial);
  if (info.notified_serial != 0) append_field(to, "notified_serial", info.notified_serial);
  if (info.last_check != 0) append_field(to, "last_check", info.last_check);
  if (!info.masters.empty()) {
    to += ",\"masters\":[";
    for (const auto& master : info.masters) {
      append_separator(to);
      append_string(to, master);
    }
    to += ']';
  }
  to += '}';
}

}  // namespace mxbalance::remote
