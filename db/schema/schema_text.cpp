#include "db/schema/schema_text.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

bool is_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The position after the next `end`, searched from `begin`.
std::size_t end_after(std::string_view sql, std::size_t begin, std::string_view end) {
  const auto found = sql.find(end, begin);
  return found == std::string_view::npos ? sql.size() : found + end.size();
}

/// The position after a text in quotes. Two quotes inside it stand for one.
std::size_t end_of_quoted(std::string_view sql, std::size_t begin) {
  const char quote = sql[begin] == '[' ? ']' : sql[begin];
  std::size_t at = begin + 1;
  while (at < sql.size() && (sql[at] != quote || (at + 1 < sql.size() && sql[at + 1] == quote && quote != ']')))
    at += sql[at] == quote ? 2U : 1U;
  return std::min(at + 1, sql.size());
}

std::string joined(const std::vector<std::string>& tokens, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i)
    text += (text.empty() ? "" : " ") + tokens[i];
  return text;
}

}  // namespace

std::vector<std::string> schema_tokens(std::string_view sql) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    std::size_t end = at + 1;
    if (sql.substr(at, 2) == "--") {
      end = end_after(sql, at, "\n");
    } else if (sql.substr(at, 2) == "/*") {
      end = end_after(sql, at + 2, "*/");
    } else if (c == '\'') {
      end = end_of_quoted(sql, at);
      tokens.emplace_back(sql.substr(at, end - at));
    } else if (c == '"' || c == '`' || c == '[') {
      end = end_of_quoted(sql, at);
      tokens.emplace_back(sql.substr(at + 1, end - at - 2));
    } else if (is_of_word(c)) {
      while (end < sql.size() && is_of_word(sql[end]))
        ++end;
      tokens.push_back(lower(sql.substr(at, end - at)));
    } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      tokens.emplace_back(1, c);
    }
    at = end;
  }
  return tokens;
}

std::string schema_form(std::string_view sql) {
  const auto tokens = schema_tokens(sql);
  return joined(tokens, 0, tokens.size());
}

std::vector<SchemaRule> rules_in(std::string_view sql) {
  const auto tokens = schema_tokens(sql);
  std::vector<SchemaRule> rules;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i] != "check" || tokens[i + 1] != "(") continue;
    std::size_t end = i + 1;
    int depth = 0;
    do {
      depth += tokens[end] == "(" ? 1 : tokens[end] == ")" ? -1 : 0;
      ++end;
    } while (depth > 0 && end < tokens.size());
    const bool has_name = i >= 2 && tokens[i - 2] == "constraint";
    const auto condition = joined(tokens, i + 1, end);
    rules.push_back({has_name ? tokens[i - 1] : condition, condition});
  }
  return rules;
}

}  // namespace mxbalance::db
