// Brings the SQL texts of a schema to a form in which texts of the same meaning are equal. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mxbalance::db {

/// The words and signs of `sql`, without comments, blanks and the quotes of identifiers. Unquoted words are in
/// lower case.
std::vector<std::string> schema_tokens(std::string_view sql);

/// A form of `sql` that is equal for two texts of the same meaning.
std::string schema_form(std::string_view sql);

struct SchemaRule {
  std::string name;  ///< a sentence; equal to `condition` where the rule has no name
  std::string condition;
  bool operator==(const SchemaRule&) const = default;
};

/// The rules (CHECK) of a CREATE TABLE statement.
std::vector<SchemaRule> rules_in(std::string_view sql);

}  // namespace mxbalance::db
