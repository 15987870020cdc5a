// SQL texts of a schema, so that two which say the same are equal. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mxbalance::db {

/// The words and signs of `sql`, without comments, blanks and the quotes of identifiers; other words in lower
/// case.
std::vector<std::string> schema_tokens(std::string_view sql);

/// What is equal where two texts say the same.
std::string schema_form(std::string_view sql);

struct SchemaRule {
  std::string name;  ///< a sentence; the condition where it has none
  std::string condition;
  bool operator==(const SchemaRule&) const = default;
};

/// The rules (CHECK) of a CREATE TABLE.
std::vector<SchemaRule> rules_in(std::string_view sql);

}  // namespace mxbalance::db
