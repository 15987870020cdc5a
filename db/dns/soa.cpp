#include "db/dns/soa.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::db {

namespace {

enum Field : int { hostmaster_field = 1, serial_field = 2, refresh_field = 3 };

/// The part of `content` that is the field; empty where there is no such field.
std::string_view field_of(std::string_view content, Field wanted) {
  for (int field = 0; field < wanted; ++field)
    (void)take_word(content);
  return take_word(content);
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Replaces `field`, which is a part of `content`, by `text`.
std::string with_field(std::string_view content, std::string_view field, std::string_view text) {
  std::string changed(content.substr(0, static_cast<std::size_t>(field.data() - content.data())));
  changed += text;
  changed += content.substr(static_cast<std::size_t>(field.data() - content.data()) + field.size());
  return changed;
}

}  // namespace

std::uint32_t first_serial(std::chrono::year_month_day today) {
  return static_cast<std::uint32_t>(static_cast<int>(today.year())) * 1000000 +
         static_cast<unsigned>(today.month()) * 10000 + static_cast<unsigned>(today.day()) * 100 + 1;
}

std::string tolerated_soa(std::string_view content) {
  constexpr int names = 2;
  constexpr int fields = 7;
  std::string read;
  std::string_view rest = content;
  for (int number = 0; number < fields; ++number) {
    auto field = take_word(rest);
    if (number >= names) {
      field = field.substr(0, std::min(field.size(), field.find_first_not_of("0123456789")));
      if (!number_of(field)) return std::string(content);
    }
    if (field.empty()) return std::string(content);
    read += (read.empty() ? "" : " ") + std::string(field);
  }
  return read;
}

std::optional<std::uint32_t> soa_serial(std::string_view content) {
  return number_of(field_of(content, serial_field));
}

std::optional<std::uint32_t> soa_refresh(std::string_view content) {
  return number_of(field_of(content, refresh_field));
}

std::string with_serial(std::string_view content, std::uint32_t serial) {
  const auto field = field_of(content, serial_field);
  return number_of(field) ? with_field(content, field, std::to_string(serial)) : std::string(content);
}

std::string with_hostmaster(std::string_view content, std::string_view hostmaster) {
  const auto field = field_of(content, hostmaster_field);
  if (field.empty()) {
    throw Refusal(fmt::format("the zone's SOA record is \"{}\", and has no hostmaster to change: correct it first",
                              content));
  }
  return with_field(content, field, hostmaster);
}

}  // namespace mxbalance::db
