#include "backend/cli/shared/output.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

#include "backend/cli/shared/context.h"
#include "db/base/text.h"
#include "db/base/time.h"

namespace mxbalance::cli {

namespace {

constexpr std::size_t block_rows = 1000;

std::string dump(const Json& value, int indent) {
  return db::printable_json(value.dump(indent, ' ', false, Json::error_handler_t::replace));
}

/// The number of characters. Continuation bytes of UTF-8 do not count.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Table::Table(std::ostream& out, std::vector<std::string> headings) : out_(out) {
  if (!headings.empty()) add(std::move(headings));
}

void Table::add(std::vector<std::string> cells) {
  widths_.resize(std::max(widths_.size(), cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = db::printable(cells[i]);
    widths_[i] = std::max(widths_[i], width_of(cells[i]));
  }
  rows_.push_back(std::move(cells));
  if (rows_.size() >= block_rows) finish();
}

void Table::finish() {
  for (const auto& row : rows_) {
    std::string line;
    std::size_t padding = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) {
        padding += widths_[i] + 2;
        continue;
      }
      line.append(padding, ' ');
      line += row[i];
      padding = widths_[i] - width_of(row[i]) + 2;
    }
    out_ << line << '\n';
  }
  rows_.clear();
}

JsonArray::JsonArray(std::ostream& out) : out_(out) {
  out_ << '[';
}

void JsonArray::finish() {
  out_ << (is_empty_ ? "]\n" : "\n]\n");
}

void JsonArray::add(const Json& element) {
  out_ << (is_empty_ ? "\n  " : ",\n  ") << dump(element, -1);
  is_empty_ = false;
}

void print_json(std::ostream& out, const Json& value) {
  out << dump(value, 2) << '\n';
}

std::string joined(const std::vector<std::string>& items, std::string_view separator) {
  if (items.empty()) return "-";
  std::string text;
  for (const auto& item : items)
    text += (text.empty() ? "" : std::string(separator)) + db::printable(item);
  return text;
}

std::string countdown(std::int64_t at) {
  const std::int64_t left = at - db::seconds_now();
  return db::utc_time(at) + (left > 0 ? " (in " + std::to_string(left) + " s)" : " (now)");
}

}  // namespace mxbalance::cli
