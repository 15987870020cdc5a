#include <charconv>
#include <optional>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/text.h"
#include "db/check/rules.h"
#include "db/configuration/configuration.h"
#include "db/configuration/rows.h"
#include "db/contents/content_text.h"
#include "db/contents/record_content.h"
#include "db/contents/record_types.h"
#include "db/dns/names.h"
#include "db/lookup/record_rows.h"

namespace mxbalance::db {

namespace {

/// A row of a table, as rows_query() returns it.
class ExportedRow {
 public:
  ExportedRow(const ConfigurationTable& table, const SQLite::Statement& row) : table_(table), row_(row) {}

  const ConfigurationTable& table() const { return table_; }
  SQLite::Column value(std::size_t column) const { return row_.getColumn(static_cast<int>(column) + 3); }
  std::string text(std::size_t column) const { return value(column).getString(); }

  std::string subject() const {
    const std::string parent = row_.getColumn(0).getString();
    if (table_.row_id.empty()) return fmt::format("{} {}", table_.name, text(0));
    const std::string about = table_.name == "records" ? text(0) + " " + canonical_type(text(1))
                              : parent.empty()         ? text(0)
                                                       : parent;
    return fmt::format("{}.{} {} ({})", table_.name, table_.row_id, id(), about);
  }

  /// The SQL condition that only this row fulfils.
  std::string condition() const {
    if (!table_.row_id.empty()) return fmt::format("{} = {}", table_.row_id, id());
    std::string key = fmt::format("{} = {}", table_.columns.front().name, literal(text(0)));
    if (table_.link.empty()) return key;
    return fmt::format("{} = {} AND {}", table_.link, literal(row_.getColumn(0).getString()), key);
  }

 private:
  std::string id() const { return row_.getColumn(1).getString(); }

  const ConfigurationTable& table_;
  const SQLite::Statement& row_;
};

/// Whether other parts of check() report every wrong value of this column.
bool is_checked_elsewhere(const ConfigurationTable& table, const Column& column) {
  if (table.name == "tsigkeys") return true;
  if (table.row_id.empty())  // rules check all except octets of free text
    return column.kind != ColumnKind::text || !column.words.empty();
  if (table.name == "cryptokeys") return column.name == "content" || column.name == "flags";
  if (table.name == "records") return column.name != "prio" && column.name != "content";
  return column.kind == ColumnKind::owner_name && table.name != "comments";
}

std::optional<std::string> number_problem(const Column& column, const SQLite::Column& value) {
  if (value.isInteger() && value.getInt64() >= column.least && value.getInt64() <= column.most)
    return std::nullopt;
  return fmt::format("is {}, which {} would refuse: a whole number from {} to {} is allowed", shown(value),
                     advice::import_file, column.least, column.most);
}

std::optional<std::string> text_problem(const Column& column, const std::string& text) {
  if (!column.words.empty()) return std::nullopt;  // check_zones() reports other words
  if (column.kind == ColumnKind::owner_name) {
    const auto problem = name_problem(lower(text.ends_with('.') ? text.substr(0, text.size() - 1) : text));
    if (!problem) return std::nullopt;
    return fmt::format("is no name, which {} would refuse: {}", advice::import_file, *problem);
  }
  if (is_utf8(text)) return std::nullopt;
  return fmt::format("is no UTF-8 ({}), which {} cannot write", db::quoted(text), advice::export_file);
}

std::optional<std::string> value_problem(const Column& column, const SQLite::Column& value) {
  if (value.isNull()) {
    if (column.may_be_null) return std::nullopt;
    return fmt::format("is empty (NULL), which {} would refuse", advice::import_file);
  }
  switch (column.kind) {
    case ColumnKind::number:
    case ColumnKind::flag:
      return number_problem(column, value);
    case ColumnKind::seconds:
      return std::nullopt;  // rules of the tables check it
    default:
      return text_problem(column, value.getString());
  }
}

/// The content with escapes (RFC 1035 §5.1) for octets outside ASCII. An answer has the same octets.
std::string escaped(std::string_view content) {
  std::string text;
  for (const char c : content) {
    const auto octet = static_cast<unsigned char>(c);
    text += octet < 0x80 ? std::string(1, c) : fmt::format("\\{:03}", octet);
  }
  return text;
}

/// Converts each octet from ISO 8859-1, in which most of these texts were written.
std::string from_latin_1(std::string_view text) {
  std::string converted;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x80) {
      converted += c;
    } else if (octet < 0xa0) {
      converted += '?';  // control characters
    } else {
      converted += static_cast<char>(0xc0U | (octet >> 6U));
      converted += static_cast<char>(0x80U | (octet & 0x3fU));
    }
  }
  return converted;
}

std::string mended_number(const Column& column, const SQLite::Column& value) {
  if (column.kind == ColumnKind::flag) return value.getInt() != 0 ? "1" : "0";
  const std::string text = value.getString();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (is_number && number >= column.least && number <= column.most) return std::to_string(number);
  return column.may_be_null ? "NULL" : as_text(default_of(column));
}

std::string mended_text(const ExportedRow& row, const Column& column, const SQLite::Column& value) {
  const std::string text = value.getString();
  if (column.kind != ColumnKind::record_content) return literal(from_latin_1(text));
  return literal(escaped(canonical_type(row.text(1)) == "TXT" ? quoted_text(text) : text));
}

std::string remedy(const ExportedRow& row, const Column& column, const SQLite::Column& value) {
  const std::string table(row.table().name);
  const bool is_nothing = table == "domainmetadata" && column.name == "kind" && value.isNull();
  if (is_nothing || column.kind == ColumnKind::owner_name) {
    return fmt::format("{}: DELETE FROM {} WHERE {}", is_nothing ? "delete it" : "correct it, or delete it", table,
                       row.condition());
  }
  const bool is_number = column.kind == ColumnKind::number || column.kind == ColumnKind::flag;
  return fmt::format("UPDATE {} SET {} = {} WHERE {}", table, column.name,
                     is_number ? mended_number(column, value) : mended_text(row, column, value), row.condition());
}

/// Whether check_contents() reports the record because of these columns.
bool is_checked_as_content(const ExportedRow& row, const Column& column, PowerDnsVersions versions) {
  if (row.table().name != "records") return false;
  const std::string type = canonical_type(row.text(1));
  if (content_problem(type, record_content(type, row.value(2), row.value(3)), versions)) return true;
  return column.name == "prio" && has_two_priorities(type, row.text(2), row.text(3));
}

void check_row(const ExportedRow& row, PowerDnsVersions versions, const Report& report) {
  const auto& columns = row.table().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (is_checked_elsewhere(row.table(), columns[i])) continue;
    const auto value = row.value(i);
    const auto problem = value_problem(columns[i], value);
    if (!problem || is_checked_as_content(row, columns[i], versions)) continue;
    report({row.subject(), fmt::format("its {} {}", columns[i].name, *problem), remedy(row, columns[i], value)});
  }
}

}  // namespace

void check_exported(Connection& connection, const Report& report) {
  for (const auto& table : configuration_tables()) {
    SQLite::Statement rows(connection.database(), rows_query(table));
    while (rows.executeStep())
      check_row(ExportedRow(table, rows), connection.powerdns(), report);
  }
}

}  // namespace mxbalance::db
