// Prints results: tables for people, JSON for programs. Both are printed while they are made, so that a list of
// any length needs little memory. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mxbalance::cli {

using Json = nlohmann::ordered_json;

/// Rows in aligned columns. They are printed in blocks: a wider cell in a later block makes its column wider from
/// there on. The table is complete only after finish().
class Table {
 public:
  /// Without headings, none are printed, and the first rows decide the number of columns.
  explicit Table(std::ostream& out, std::vector<std::string> headings = {});

  void add(std::vector<std::string> cells);
  void finish();

 private:
  std::ostream& out_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

/// A JSON array with one element on each line. Without finish(), as after an error, it is not valid JSON.
class JsonArray {
 public:
  explicit JsonArray(std::ostream& out);

  void add(const Json& element);
  void finish();

 private:
  std::ostream& out_;
  bool is_empty_ = true;
};

/// Prints `value`, indented, and a newline. Bytes that are not UTF-8 are replaced.
void print_json(std::ostream& out, const Json& value);

/// The items, made printable, with `separator` between them; "-" if there are none.
std::string joined(const std::vector<std::string>& items, std::string_view separator = " ");

/// Text such as "2025-11-24T14:32:10Z (in 42 s)", or with "(now)" if `at` (seconds since 1970) has passed.
std::string countdown(std::int64_t at);

}  // namespace mxbalance::cli
