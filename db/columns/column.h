// What a column of the store holds, as plain values: its name, kind, range, words, default and meaning. Constant;
// safe from any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace mxbalance::db {

/// Null, a number or a text, as in SQLite.
using ColumnValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// Values of a row, by the names of their columns.
using ColumnValues = std::map<std::string_view, ColumnValue>;

enum class ColumnKind {
  text,
  owner_name,      ///< in any spelling; stored canonical
  pool_name,       ///< as stored
  record_type,     ///< in any spelling, also by number; stored canonical
  record_content,  ///< of a record; the column "type" comes before it
  address,         ///< IPv4 or IPv6, in any spelling; stored canonical
  number,
  seconds,  ///< least_seconds or more
  flag      ///< 0 or 1
};

/// The least value of a column of the kind `seconds`.
inline constexpr double least_seconds = 0.01;

enum class ColumnRole {
  setting,  ///< what people want
  health,   ///< observed, not configured; a file that does not give it leaves it unchanged
  probe     ///< how a mail server is probed; null: the default of `mxbalance serve`
};

/// The words that a column may hold. They stand in the order of the enumeration that they are read as.
class ColumnWords {
 public:
  constexpr ColumnWords() = default;
  constexpr ColumnWords(std::initializer_list<std::string_view> words) : size_(words.size()) {
    std::copy(words.begin(), words.end(), words_.begin());
  }

  constexpr const std::string_view* begin() const { return words_.data(); }
  constexpr const std::string_view* end() const { return words_.data() + size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr std::string_view operator[](std::size_t index) const { return words_.at(index); }

 private:
  std::array<std::string_view, 5> words_{};
  std::size_t size_ = 0;
};

/// The default of a column; null where it has none.
using ColumnDefault = std::variant<std::monostate, std::int64_t, std::string_view>;

struct Column {
  std::string_view name;
  ColumnKind kind = ColumnKind::text;
  ColumnRole role = ColumnRole::setting;
  bool is_key = false;        ///< the key columns of a table together identify the row
  ColumnWords words{};        ///< the allowed texts; none: any text
  std::int64_t least = 0;     ///< of a number
  std::int64_t most = 0;      ///< of a number, or of seconds
  ColumnDefault otherwise{};  ///< the value of a missing field; keys are never missing
  bool may_be_null = false;
  bool is_brief = false;        ///< not written to files when it has its default
  std::string_view exported{};  ///< the field in files of `export`; empty: `name`
  /// In what `show` prints for people; a probe's: with {} in place of the value. Empty: `name` in words.
  std::string_view label{};
  std::string_view meaning{};    ///< the help of its flag; empty: it has no flag
  std::string_view null_word{};  ///< the word for null on the command line; empty: none

  constexpr std::string_view field() const { return exported.empty() ? name : exported; }

  /// The same column with another value of `member`.
  template <typename Value>
  constexpr Column with(Value Column::*member, std::type_identity_t<Value> value) const {
    Column changed = *this;
    changed.*member = value;
    return changed;
  }
  constexpr Column or_null() const { return with(&Column::may_be_null, true).with(&Column::is_brief, true); }
  constexpr Column of_health() const { return with(&Column::role, ColumnRole::health); }
  constexpr Column of_probe(std::string_view words_shown) const {
    return or_null().with(&Column::role, ColumnRole::probe).with(&Column::label, words_shown);
  }
};

/// A table with the columns that people set, in the order in which they are exported and shown.
template <std::size_t Size>
struct ColumnTable {
  std::string_view name;
  std::array<Column, Size> columns;

  /// The column with this name. Does not compile where there is none.
  consteval const Column& operator[](std::string_view column) const {
    const auto* const found =
        std::find_if(columns.begin(), columns.end(), [&](const Column& one) { return one.name == column; });
    if (found == columns.end()) throw "no such column";
    return *found;
  }
};

template <std::size_t Size>
ColumnTable(std::string_view name, std::array<Column, Size> columns) -> ColumnTable<Size>;

/// How a column is told in a table of columns.
namespace columns {

constexpr Column key(std::string_view name, ColumnKind kind = ColumnKind::text) {
  return {.name = name, .kind = kind, .is_key = true};
}

constexpr Column free_text(std::string_view name, std::string_view meaning = {}) {
  return {.name = name, .otherwise = "", .is_brief = true, .meaning = meaning};
}

constexpr Column one_of(std::string_view name, ColumnDefault otherwise, ColumnWords words,
                        std::string_view meaning = {}) {
  return {.name = name, .words = words, .otherwise = otherwise, .meaning = meaning};
}

constexpr Column whole_number(std::string_view name, ColumnDefault otherwise, std::int64_t least,
                              std::int64_t most, std::string_view meaning = {}) {
  return {.name = name,
          .kind = ColumnKind::number,
          .least = least,
          .most = most,
          .otherwise = otherwise,
          .meaning = meaning};
}

constexpr Column seconds(std::string_view name, std::int64_t most, std::string_view meaning) {
  return {.name = name, .kind = ColumnKind::seconds, .most = most, .meaning = meaning};
}

}  // namespace columns

/// The value of `column` that its word stands for. Absent where the column has no such word.
template <typename Enumeration>
std::optional<Enumeration> from_word(const Column& column, std::string_view word) {
  const auto* const found = std::find(column.words.begin(), column.words.end(), word);
  if (found == column.words.end()) return std::nullopt;
  return static_cast<Enumeration>(found - column.words.begin());
}

template <typename Enumeration>
std::string_view to_word(const Column& column, Enumeration value) {
  return column.words[static_cast<std::size_t>(value)];
}

ColumnValue default_of(const Column& column);

/// "NULL" for null.
std::string as_text(const ColumnValue& value);

inline bool is_null(const ColumnValue& value) {
  return std::holds_alternative<std::monostate>(value);
}

}  // namespace mxbalance::db
