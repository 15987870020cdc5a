#include "db/columns/column.h"

#include <charconv>

namespace mxbalance::db {

ColumnValue default_of(const Column& column) {
  if (const auto* number = std::get_if<std::int64_t>(&column.otherwise)) return *number;
  if (const auto* text = std::get_if<std::string_view>(&column.otherwise)) return std::string(*text);
  return {};
}

std::string as_text(const ColumnValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* seconds = std::get_if<double>(&value)) {
    std::array<char, 32> text{};
    const auto* const end = std::to_chars(text.data(), text.data() + text.size(), *seconds).ptr;
    return {text.data(), static_cast<std::size_t>(end - text.data())};
  }
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "NULL";
}

}  // namespace mxbalance::db
