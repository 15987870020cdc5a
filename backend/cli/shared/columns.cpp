#include "backend/cli/shared/columns.h"

#include <algorithm>

#include <fmt/format.h>

#include "backend/cli/shared/arguments.h"

namespace mxbalance::cli {

namespace {

std::string with(char separator, std::string name) {
  std::replace(name.begin(), name.end(), '_', separator);
  return name;
}

}  // namespace

void add_column_flags(CLI::App& command, std::span<const db::Column> columns, db::ColumnRole role,
                      db::ColumnValues& values) {
  for (const auto& column : columns) {
    if (column.role != role || column.meaning.empty()) continue;
    const std::string flag = "--" + with('-', short_name(column));
    const std::string meaning(column.meaning);
    const auto take = [&values, &column](const auto& value) { values[column.name] = db::ColumnValue(value); };
    if (column.kind == db::ColumnKind::number) {
      add_number(
          command, flag, [take](std::uint32_t number) { take(std::int64_t{number}); },
          static_cast<std::uint32_t>(column.least), static_cast<std::uint32_t>(column.most), meaning);
    } else if (column.kind == db::ColumnKind::seconds) {
      add_duration(command, flag, take, db::least_seconds, static_cast<double>(column.most), meaning);
    } else if (column.words.empty()) {
      add_argument(command, flag, take, meaning, "TEXT");
    } else {
      add_choice(
          command, flag,
          [&values, &column, take](const std::string& word) {
            word == column.null_word ? void(values[column.name] = {}) : take(word);
          },
          words_of(column), meaning);
    }
  }
}

std::vector<std::string> words_of(const db::Column& column) {
  std::vector<std::string> words(column.words.begin(), column.words.end());
  if (!column.null_word.empty()) words.emplace_back(column.null_word);
  return words;
}

std::string short_name(const db::Column& column) {
  constexpr std::string_view prefix = "probe_";
  const bool is_of_probe = column.role == db::ColumnRole::probe && column.name.starts_with(prefix);
  return std::string(column.name.substr(is_of_probe ? prefix.size() : 0));
}

std::string label_of(const db::Column& column) {
  return column.label.empty() ? with(' ', std::string(column.name)) : std::string(column.label);
}

Json json_of(const db::ColumnValue& value) {
  return std::visit(
      [](const auto& one) {
        if constexpr (std::is_same_v<decltype(one), const std::monostate&>)
          return Json(nullptr);
        else
          return Json(one);
      },
      value);
}

std::string shown(const db::Column& column, const db::ColumnValue& value) {
  if (const auto* seconds = std::get_if<double>(&value)) return fmt::format("{:g}", *seconds);
  const std::string text = db::is_null(value) ? std::string(column.null_word) : db::as_text(value);
  return text.empty() ? "-" : text;
}

}  // namespace mxbalance::cli
