// How results are printed: tables for people, JSON for programs. Both are written as they come, so that a list of
// any length needs little memory. One thread at a time.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mxbalance::cli {

using Json = nlohmann::ordered_json;

/// Rows in aligned columns, plain ASCII around the cells. Written in blocks: a wider cell in a later block widens
/// its column from there on. Complete only after finish().
class Table {
 public:
  /// No headings: none are printed, and the rows say how many columns there are.
  explicit Table(std::ostream& out, std::vector<std::string> headings = {});

  void add(std::vector<std::string> cells);
  void finish();

 private:
  std::ostream& out_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

/// A JSON array, one element a line. Without finish(), as after an error, it is no valid JSON.
class JsonArray {
 public:
  explicit JsonArray(std::ostream& out);

  void add(const Json& element);
  void finish();

 private:
  std::ostream& out_;
  bool is_empty_ = true;
};

/// `value`, indented, and a newline. Bytes that are no UTF-8 are replaced.
void print_json(std::ostream& out, const Json& value);

/// The items, each printable, with `separator` between them; "-" for none.
std::string joined(const std::vector<std::string>& items, std::string_view separator = " ");

/// "2025-11-24T14:32:10Z (in 42 s)", or "(now)" if `at` (seconds since 1970) is over.
std::string countdown(std::int64_t at);

}  // namespace mxbalance::cli
