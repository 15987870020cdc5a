#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/check/rules.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

struct Mechanism {
  std::string term;    ///< as in the record, in lower case
  bool is_mx = false;  ///< the mechanism mx; false: the mechanism a
  std::string name;    ///< the name whose records it needs
};

/// The character strings of a TXT record, joined without blanks (RFC 7208 §3.3).
std::string joined_strings(std::string_view content) {
  if (!content.starts_with('"')) return std::string(content);
  std::string text;
  bool is_inside = false;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\\' && i + 1 < content.size()) {
      text += content[++i];
    } else if (content[i] == '"') {
      is_inside = !is_inside;
    } else if (is_inside) {
      text += content[i];
    }
  }
  return text;
}

/// Reads `term` as the mechanism mx or a (RFC 7208 §5.3, §5.4). Absent when it is another term, or when its name
/// contains a macro.
std::optional<Mechanism> parse(std::string_view term, std::string_view owner) {
  Mechanism mechanism{std::string(term), false, {}};
  if (!term.empty() && std::string_view("+-~?").find(term.front()) != std::string_view::npos)
    term.remove_prefix(1);
  const std::string_view word = term.substr(0, term.find_first_of(":/"));
  if (word != "mx" && word != "a") return std::nullopt;
  mechanism.is_mx = word == "mx";
  term.remove_prefix(word.size());
  if (!term.starts_with(':')) {
    mechanism.name = owner;
    return mechanism;
  }
  term.remove_prefix(1);
  if (term.find('%') != std::string_view::npos) return std::nullopt;
  mechanism.name = term.substr(0, term.find('/'));
  if (mechanism.name.ends_with('.')) mechanism.name.pop_back();
  return mechanism;
}

std::vector<Mechanism> mechanisms(std::string_view policy, std::string_view owner) {
  std::vector<Mechanism> found;
  (void)take_word(policy, " ");  // the version
  for (auto term = take_word(policy, " "); !term.empty(); term = take_word(policy, " ")) {
    if (auto mechanism = parse(term, owner)) found.push_back(std::move(*mechanism));
  }
  return found;
}

/// The pool on whose answers the mechanism depends. It is published at the mechanism's name, or at the target of
/// an MX record there.
std::optional<std::string> pool_behind(Connection& connection, const Mechanism& mechanism) {
  const auto pools =
      mechanism.is_mx
          ? texts(connection,
                  "SELECT pool FROM pool_names WHERE name = ?1 AND kind = 'MX' UNION ALL"
                  " SELECT p.pool FROM records r JOIN pool_names p ON p.name = lower(rtrim(r.content, '.')) AND "
                  "p.kind = 'A'"
                  " WHERE r.name = ?1 AND canonical_type(r.type) = 'MX' AND r.disabled = 0 LIMIT 1",
                  mechanism.name)
          : texts(connection, "SELECT pool FROM pool_names WHERE name = ?1 AND kind = 'A'", mechanism.name);
  return pools.empty() ? std::nullopt : std::optional(pools.front());
}

}  // namespace

void check_spf(Connection& connection, const Report& report) {
  auto& rows = connection.statement(
      "SELECT name, content FROM records WHERE canonical_type(type) IN ('TXT', 'SPF') AND disabled = 0"
      " AND content LIKE '%v=spf1%' AND EXISTS (SELECT 1 FROM pool_names)");
  while (rows.executeStep()) {
    const std::string owner = lower(rows.getColumn(0).getString());
    const std::string policy = lower(joined_strings(rows.getColumn(1).getString()));
    if (!policy.starts_with("v=spf1 ")) continue;
    for (const auto& mechanism : mechanisms(policy, owner)) {
      const auto pool = pool_behind(connection, mechanism);
      if (!pool) continue;
      report(
          {fmt::format("name {} (SPF)", owner),
           fmt::format("the mechanism {} expands to what the pool {} answers at that moment, so a server that is "
                       "drained, down or not picked fails SPF when it sends",
                       mechanism.term, *pool),
           "name the servers' addresses with ip4: and ip6: instead"});
    }
  }
}

}  // namespace mxbalance::db
