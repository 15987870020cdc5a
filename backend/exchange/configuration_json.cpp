#include "backend/exchange/configuration_json.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backend/exchange/placed_json.h"
#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/base/typed_spelling.h"
#include "db/configuration/rows.h"
#include "db/contents/record_content.h"
#include "db/contents/record_types.h"
#include "db/dns/addresses.h"
#include "db/dns/international_names.h"
#include "db/dns/typed_names.h"

namespace mxbalance::exchange {

namespace {

using Json = nlohmann::ordered_json;
using db::Column;
using db::ColumnKind;
using db::ColumnRole;
using Row = db::ConfigurationRow;
using Table = db::ConfigurationTable;
using Value = db::ColumnValue;

constexpr std::string_view format_field = "format";
constexpr std::string_view format = "mxbalance 1";

[[noreturn]] void refuse(const std::string& path, const std::string& problem) {
  throw db::Refusal(fmt::format("{}: {}", path.empty() ? "the file" : path, problem));
}

std::string dumped(const Json& value) {
  auto text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::size_t enough = 100;
  if (text.size() > enough) text = text.substr(0, enough) + "...";
  return text;
}

// Writing

Json json_value(const Column& column, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return column.kind == ColumnKind::owner_name ? db::typed_spelling(*text) : *text;
  if (const auto* seconds = std::get_if<double>(&value)) return *seconds;
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return nullptr;
  if (column.kind == ColumnKind::flag && (*number == 0 || *number == 1)) return *number == 1;
  return *number;
}

class Text {
 public:
  explicit Text(const db::Configuration& configuration) : configuration_(configuration) {
    for (std::size_t table = 0; table < configuration.rows.size(); ++table) {
      for (const auto& row : configuration.rows[table])
        children_[{table, row.parent}].push_back(&row);
    }
  }

  std::string write() {
    text_ = "{\n  " + quoted(format_field) + ": " + quoted(format);
    for (std::size_t table = 0; table < tables().size(); ++table) {
      if (tables()[table].parent.empty()) list(table, "", 2);
    }
    return db::printable_json(text_) + "\n}\n";
  }

 private:
  static std::span<const Table> tables() { return db::configuration_tables(); }
  static std::string quoted(std::string_view text) { return Json(text).dump(); }

  /// Appends a comma, the name of the list and its rows.
  void list(std::size_t table, const std::string& parent, std::size_t indent) {
    if (tables()[table].holds_keys && configuration_.listed[table].empty()) return;
    const auto rows = children_.find({table, parent});
    text_ += ",\n" + std::string(indent, ' ') + quoted(tables()[table].field) + ": [";
    if (rows != children_.end()) {
      const char* before = "\n";
      for (const Row* row : rows->second) {
        text_ += before + std::string(indent + 2, ' ');
        object(table, *row, indent + 2);
        before = ",\n";
      }
      text_ += "\n" + std::string(indent, ' ');
    }
    text_ += "]";
  }

  void object(std::size_t table, const Row& row, std::size_t indent) {
    text_ += "{";
    const char* before = "";
    for (std::size_t i = 0; i < tables()[table].columns.size(); ++i) {
      const auto& column = tables()[table].columns[i];
      if (column.is_brief && row.values[i] == default_of(column)) continue;
      if (column.role == ColumnRole::health && db::is_null(row.values[i])) continue;
      text_ += before + quoted(column.field()) + ": ";
      append(json_value(column, row.values[i]), tables()[table], row);
      before = ", ";
    }
    for (std::size_t child = 0; child < tables().size(); ++child) {
      if (tables()[child].parent == tables()[table].name)
        list(child, std::get<std::string>(row.values.front()), indent + 2);
    }
    text_ += "}";
  }

  void append(const Json& value, const Table& table, const Row& row) {
    try {
      text_ += value.dump();
    } catch (const Json::type_error&) {
      const Value first = row.values.front();
      throw db::Refusal(
          fmt::format("the {} {}{} holds text that is no UTF-8, which JSON cannot: {} names such rows "
                      "and how to mend them; {} copies them as they are",
                      table.singular, dumped(json_value(table.columns.front(), first)),
                      row.parent.empty() ? "" : " of " + row.parent, db::advice::check, db::advice::backup));
    }
  }

  const db::Configuration& configuration_;
  std::map<std::pair<std::size_t, std::string>, std::vector<const Row*>> children_;
  std::string text_;
};

// Reading

std::string allowed(const Column& column) {
  std::string text;
  switch (column.kind) {
    case ColumnKind::text:
    case ColumnKind::pool_name:
    case ColumnKind::record_content:
      for (const auto& word : column.words)
        text += (text.empty() ? "" : &word == column.words.end() - 1 ? " or " : ", ") + std::string(word);
      if (text.empty()) text = "text";
      break;
    case ColumnKind::record_type:
      text = "a record type such as A";
      break;
    case ColumnKind::owner_name:
      text = "a name such as mail1.example.com";
      break;
    case ColumnKind::address:
      text = "an IPv4 or IPv6 address";
      break;
    case ColumnKind::number:
      text = fmt::format("a whole number from {} to {}", column.least, column.most);
      break;
    case ColumnKind::seconds:
      text = fmt::format("a number of seconds from {} to {}", db::least_seconds, column.most);
      break;
    case ColumnKind::flag:
      text = "true or false";
      break;
  }
  return column.may_be_null ? text + ", or null" : text;
}

[[noreturn]] void refuse_value(const Column& column, const Json& value, const std::string& path) {
  refuse(path, fmt::format("{} is not allowed: it must be {}", dumped(value), allowed(column)));
}

Value text_value(const Column& column, const Json& value, const std::string& path) {
  if (!value.is_string()) refuse_value(column, value, path);
  auto text = value.get<std::string>();
  if (column.kind == ColumnKind::owner_name) {
    try {
      return db::typed_name(text);
    } catch (const db::InvalidName& error) {
      refuse(path, error.what());
    }
  }
  if (column.kind == ColumnKind::record_type) return db::canonical_type(text);
  if (column.kind == ColumnKind::address) {
    const auto canonical = db::canonical_address(text);
    if (!canonical) refuse_value(column, value, path);
    return *canonical;
  }
  if (column.words.empty()) return text;
  const auto* const word = std::find_if(column.words.begin(), column.words.end(),
                                        [&](std::string_view one) { return db::upper(one) == db::upper(text); });
  if (word == column.words.end()) refuse_value(column, value, path);
  return std::string(*word);
}

Value read_value(const Column& column, const Json& value, const std::string& path) {
  if (value.is_null() && column.may_be_null) return {};
  if (column.kind == ColumnKind::flag) {
    if (!value.is_boolean()) refuse_value(column, value, path);
    return std::int64_t{value.get<bool>() ? 1 : 0};
  }
  if (column.kind == ColumnKind::seconds) {
    if (!value.is_number()) refuse_value(column, value, path);
    const auto seconds = value.get<double>();
    if (seconds < db::least_seconds || seconds > static_cast<double>(column.most))
      refuse_value(column, value, path);
    return seconds;
  }
  if (column.kind != ColumnKind::number) return text_value(column, value, path);
  const bool fits =
      value.is_number_integer() &&
      (!value.is_number_unsigned() || value.get<std::uint64_t>() <= static_cast<std::uint64_t>(column.most));
  if (!fits) refuse_value(column, value, path);
  const auto number = value.get<std::int64_t>();
  if (number < column.least || number > column.most) refuse_value(column, value, path);
  return number;
}

class Reader {
 public:
  Reader() {
    configuration_.rows.resize(tables().size());
    configuration_.listed.resize(tables().size());
  }

  db::Configuration read(const Json& file) {
    if (!file.is_object())
      refuse("", fmt::format("{} is not allowed: it must be an object, as {} writes", dumped(file),
                             db::advice::export_file));
    const auto found = file.find(format_field);
    if (found == file.end() || *found != format) {
      refuse(std::string(format_field),
             fmt::format("{}: it must be \"{}\"",
                         found == file.end() ? "missing" : dumped(*found) + " is not allowed", format));
    }
    for (const auto& [field, value] : file.items()) {
      if (field != format_field) read_child("", "", field, value, "");
    }
    return std::move(configuration_);
  }

 private:
  static std::span<const Table> tables() { return db::configuration_tables(); }

  static std::string fields_of(std::string_view parent) {
    std::string list(parent.empty() ? format_field : "");
    for (const auto& table : tables()) {
      if (table.name == parent) {
        for (const auto& column : table.columns)
          list += (list.empty() ? "" : ", ") + std::string(column.field());
      }
    }
    for (const auto& table : tables()) {
      if (table.parent == parent) list += (list.empty() ? "" : ", ") + std::string(table.field);
    }
    return list;
  }

  /// Reads the list `field` of the row `key` in the table `parent`.
  void read_child(std::string_view parent, const std::string& key, const std::string& field, const Json& value,
                  const std::string& path) {
    const std::string here = path.empty() ? field : path + "." + field;
    for (std::size_t i = 0; i < tables().size(); ++i) {
      if (tables()[i].parent == parent && tables()[i].field == field) return read_list(i, key, value, here);
    }
    refuse(here, fmt::format("there is no such field; the fields here are {}", fields_of(parent)));
  }

  void read_list(std::size_t table, const std::string& parent, const Json& list, const std::string& path) {
    if (!list.is_array()) refuse(path, fmt::format("{} is not allowed: it must be a list", dumped(list)));
    configuration_.listed[table].push_back(parent);
    for (std::size_t i = 0; i < list.size(); ++i)
      read_row(table, parent, list[i], fmt::format("{}[{}]", path, i));
  }

  void read_row(std::size_t index, const std::string& parent, const Json& object, const std::string& path) {
    const auto& table = tables()[index];
    if (!object.is_object()) refuse(path, fmt::format("{} is not allowed: it must be an object", dumped(object)));
    Row row{.parent = parent, .values = {}, .path = path};
    for (const auto& column : table.columns) {
      const auto found = object.find(column.field());
      if (found != object.end()) {
        const std::string here = path + "." + std::string(column.field());
        auto value = read_value(column, *found, here);
        if (column.kind == ColumnKind::record_content) value = content_of(table, row, text_of(value), here);
        row.values.push_back(std::move(value));
        continue;
      }
      if (column.is_key && !column.is_brief) {
        refuse(fmt::format("{}.{}", path, column.field()), fmt::format("missing: it must be {}", allowed(column)));
      }
      row.values.push_back(column.role == ColumnRole::health ? Value{} : default_of(column));
    }
    if (table.name == "records") place_priority(object, row);
    complete_health(table, row);
    const std::string key = row.values.empty() ? "" : text_of(row.values.front());
    configuration_.rows[index].push_back(std::move(row));
    for (const auto& [field, value] : object.items()) {
      if (!has_column(table, field)) read_child(table.name, key, field, value, path);
    }
  }

  /// If only one of health and reason is given, the other gets its default.
  static void complete_health(const Table& table, Row& row) {
    bool is_health_said = false;
    for (std::size_t i = 0; i < row.values.size(); ++i)
      is_health_said =
          is_health_said || (table.columns[i].role == ColumnRole::health && !db::is_null(row.values[i]));
    for (std::size_t i = 0; i < row.values.size() && is_health_said; ++i) {
      if (table.columns[i].role == ColumnRole::health && db::is_null(row.values[i]))
        row.values[i] = default_of(table.columns[i]);
    }
  }

  /// `text` in the form of the store, as the content of the record `row`. The type of the record has been read
  /// before.
  static std::string content_of(const Table& table, const Row& row, const std::string& text,
                                const std::string& path) {
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (table.columns[i].name != "type") continue;
      try {
        return db::given_content(text_of(row.values[i]), text);
      } catch (const db::InvalidName& error) {
        refuse(path, error.what());
      }
    }
    return text;
  }

  /// Moves a priority in the content of the record `row` to the priority column, where the store keeps it. A
  /// separate priority in the file is an error then.
  static void place_priority(const Json& object, Row& row) {
    auto& priority = row.values[2];
    const auto type = text_of(row.values[1]);
    const auto content = text_of(row.values[3]);
    const bool is_none = db::is_null(priority);
    if (is_none || !db::has_two_priorities(type, db::as_text(priority), content)) return;
    if (object.contains("priority")) {
      refuse(row.path + ".priority",
             fmt::format("{} is not allowed: the content {} has its own; leave one of the two out",
                         dumped(object["priority"]), dumped(content)));
    }
    auto [own, rest] = db::split_priority(type, content);
    priority = own;
    row.values[3] = std::move(rest);
  }

  static bool has_column(const Table& table, std::string_view field) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const Column& column) { return column.field() == field; });
  }

  static std::string text_of(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? "" : *text;
  }

  db::Configuration configuration_;
};

}  // namespace

std::string to_json(const db::Configuration& configuration) {
  return Text(configuration).write();
}

db::Configuration from_json(std::string_view text) {
  try {
    return Reader().read(parse_placed(text));
  } catch (const JsonProblem& problem) {
    refuse(problem.path, problem.what());
  }
}

}  // namespace mxbalance::exchange
