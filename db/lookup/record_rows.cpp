#include "db/lookup/record_rows.h"

#include <charconv>

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/contents/content_text.h"
#include "db/contents/record_content.h"
#include "db/dns/soa.h"
#include "db/dns/ttl.h"
#include "db/lookup/model.h"

namespace mxbalance::db {

namespace {

constexpr std::int64_t most_ttl = 4294967295;

bool has_priority(std::string_view type) {
  return type == "MX" || type == "SRV";
}

}  // namespace

std::string shown(const SQLite::Column& value) {
  return value.isInteger() || value.isFloat() ? value.getString() : quoted(value.getString());
}

std::string record_content(std::string_view type, const SQLite::Column& priority, const SQLite::Column& content) {
  if (type == "TXT") return quoted_text(content.getString());  // without quotes, PowerDNS fails to list the zone
  if (type == "SOA") {
    std::string whole = content.getString();
    return content_problem(type, whole) ? tolerated_soa(whole) : whole;
  }
  return content_with_priority(type, has_priority(type) ? priority.getString() : std::string(),
                               content.getString());
}

std::optional<std::string> priority_problem(std::string_view type, const SQLite::Column& priority) {
  if (!has_priority(type) || priority.isNull()) return std::nullopt;
  const std::string text = priority.getString();
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || (error == std::errc() && end == text.data() + text.size())) return std::nullopt;
  return fmt::format("its prio is {}: a whole number from 0 to 65535 is allowed", shown(priority));
}

std::optional<std::uint32_t> record_ttl(const SQLite::Column& ttl) {
  std::int64_t seconds = 0;
  if (ttl.isInteger()) {
    seconds = ttl.getInt64();
  } else {
    const std::string text = ttl.getString();
    if (text.empty()) return default_ttl;
    const auto error = std::from_chars(text.data(), text.data() + text.size(), seconds).ec;
    if (error != std::errc()) return std::nullopt;
  }
  if (seconds < 0 || seconds > most_ttl) return std::nullopt;
  return seconds > longest_ttl ? 0 : static_cast<std::uint32_t>(seconds);
}

std::string ttl_problem(const SQLite::Column& ttl) {
  const std::string value =
      ttl.isFloat() ? quoted(ttl.getString()) : shown(ttl);  // only whole seconds are numbers
  return fmt::format("its ttl is {}: 0 to {} seconds are allowed", value, longest_ttl);
}

}  // namespace mxbalance::db
