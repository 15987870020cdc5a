#include "db/contents/stored_content.h"

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/contents/record_content.h"
#include "db/dns/addresses.h"

namespace mxbalance::db {

namespace {

/// `text` as character strings of at most 255 octets each (RFC 1035 §3.3.14), in quotes.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 255;
  std::string texts;
  do {
    texts += texts.empty() ? "\"" : " \"";
    for (const char c : text.substr(0, longest)) {
      if (c == '"' || c == '\\') texts += '\\';
      texts += c;
    }
    texts += '"';
    text.remove_prefix(std::min(text.size(), longest));
  } while (!text.empty());
  return texts;
}

}  // namespace

std::string whole_content(std::string_view type, const StoredContent& stored) {
  return content_with_priority(type, std::to_string(stored.priority), stored.content);
}

StoredContent stored_content(std::string_view type, std::string_view content, PowerDnsVersions versions) {
  const bool is_bare_text = type == "TXT" && !content.starts_with('"');
  const std::string whole = is_bare_text ? in_quotes(content) : std::string(content);
  if (const auto problem = content_problem(type, whole, versions)) {
    throw Refusal(fmt::format("PowerDNS cannot serve the {} record {}: {}", type, quoted(content), *problem));
  }
  if (is_bare_text) return {whole, 0};
  if (type == "AAAA") return {canonical_address(content).value_or(std::string(content)), 0};
  auto [priority, rest] = split_priority(type, with_canonical_names(type, content));
  return {rest, priority};
}

std::string canonical_content(std::string_view type, const std::string& content) {
  const auto readers = content_verdict(type, content).parsed_by;
  if (readers.empty()) return content;
  return whole_content(type, stored_content(type, content, readers));
}

}  // namespace mxbalance::db
