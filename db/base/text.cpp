#include "db/base/text.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace mxbalance::db {

namespace {

/// Of the character that `text` begins with, in UTF-8; 0: it is none, or a control character.
std::size_t octets_of_printable(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = octet(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t octets = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || octets > text.size()) return 0;
  for (std::size_t i = 1; i < octets; ++i) {
    if (octet(i) < 0x80 || octet(i) > 0xbf) return 0;
  }
  return first == 0xc2 && octet(1) < 0xa0 ? 0 : octets;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t most = 80;
  std::string shown = "\"";
  while (!text.empty() && shown.size() <= most) {
    const std::size_t octets = octets_of_printable(text);
    shown += octets == 0 ? "?" : text.substr(0, octets);
    text.remove_prefix(std::max<std::size_t>(octets, 1));
  }
  return shown + (text.empty() ? "\"" : "…\"");
}

std::string utc_time(std::int64_t seconds) {
  const std::time_t time{seconds};
  std::tm parts{};
  std::array<char, 64> text{};
  if (::gmtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace mxbalance::db
