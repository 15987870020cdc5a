#include "db/contents/record_content.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/contents/content_encodings.h"
#include "db/contents/content_fields.h"
#include "db/contents/content_reader.h"
#include "db/contents/content_text.h"
#include "db/contents/record_types.h"
#include "db/dns/names.h"

namespace mxbalance::db {

namespace {

/// The form that the content must have, for a sentence.
std::string form_of(const RecordType& type) {
  std::string form = type.fields.size() == 1 ? "the content must be " : "the content must be: ";
  for (const auto& field : type.fields)
    form += (&field == type.fields.data() || field.label.empty() ? "" : ", ") + std::string(field.label);
  return form;
}

/// Whether the type is one of queries and messages (RFC 6895 §3.1). Such types are not read from a zone.
constexpr bool is_of_messages(std::uint16_t number) {
  constexpr std::uint16_t opt = 41;
  constexpr std::uint16_t first = 128;
  constexpr std::uint16_t last = 255;
  return number == 0 || number == opt || (number >= first && number <= last);
}

void read_fields(ContentReader& reader, const RecordType& type) {
  if (type.fields.empty()) return read_generic(reader);
  for (const auto& field : type.fields) {
    try {
      read_field(reader, field);
    } catch (const MissingField&) {
      if (type.fields.size() == 1) throw InvalidContent(form_of(type));
      throw InvalidContent(fmt::format("the {} is missing; {}", field.label, form_of(type)));
    }
  }
}

/// Throws InvalidContent for a content that is too long. If a record filled a message of 65,535 octets, the
/// header, the question, the owner name and the signature would have no room. PowerDNS would then end the transfer
/// of the whole zone.
void require_length(const ContentReader& reader) {
  constexpr std::size_t longest = 64'000;
  if (reader.octets() > longest) {
    throw InvalidContent(
        fmt::format("the content takes {} octets: {} are allowed, for a DNS message has 65535 in all",
                    reader.octets(), longest));
  }
}

void require_end(const ContentReader& reader, const RecordType* type) {
  if (reader.at_end()) return;
  const auto rest = reader.rest();
  throw InvalidContent(fmt::format("{} is too much at the end{}",
                                   quoted(rest.substr(rest.find_first_not_of(blanks))),
                                   type == nullptr ? "" : "; " + form_of(*type)));
}

/// Reads the content of a type that is given by its number. Newer releases have names for some of these types.
void read_numbered(ContentReader& reader, std::uint16_t number) {
  const auto* type = find_record_type(number);
  if (type == nullptr || type->known_by != PowerDnsVersions::all()) {
    if (type != nullptr) {
      reader.only(PowerDnsVersions::to_5_0(), fmt::format("5.1 knows the type as {}", type->name));
    }
    read_generic(reader);
  } else {
    read_fields(reader, *type);
  }
  require_end(reader, type);
}

void read_content(ContentReader& reader, std::string_view type_name) {
  if (reader.rest().find('\0') != std::string_view::npos) throw InvalidContent("the content holds a NUL byte");
  if (const auto* type = find_record_type(type_name)) {
    reader.only(type->known_by, "the type " + std::string(type_name) + " is unknown to others");
    read_fields(reader, *type);
    require_end(reader, type);
  } else {
    const auto number = generic_type_number(type_name);
    if (!number || is_of_messages(*number)) throw InvalidContent("PowerDNS knows no type " + quoted(type_name));
    read_numbered(reader, *number);
  }
  require_length(reader);
}

}  // namespace

ContentVerdict content_verdict(std::string_view type, std::string_view content) {
  const std::string text = type == "TXT" ? quoted_text(content) : std::string();
  ContentReader reader(type == "TXT" ? std::string_view(text) : content);
  try {
    read_content(reader, type);
    return {reader.readers(), reader.problem()};
  } catch (const Refusal& refusal) {
    return {{}, refusal.what()};
  }
}

std::optional<std::string> content_problem(std::string_view type, std::string_view content,
                                           PowerDnsVersions versions) {
  const auto verdict = content_verdict(type, content);
  if (verdict.parsed_by.includes(versions)) return std::nullopt;
  if (verdict.parsed_by.empty()) return verdict.problem;
  return fmt::format("only {} can parse it, which --pdns-version {} would say is what asks: {}",
                     verdict.parsed_by.in_words(), verdict.parsed_by.setting(), verdict.problem);
}

std::string with_canonical_names(std::string_view type, std::string_view content) {
  ContentReader reader(content);
  reader.collect_fields();
  try {
    read_content(reader, type);
  } catch (const Refusal&) {
    return std::string(content);
  }
  const auto& fields = reader.fields();
  if (std::none_of(fields.begin(), fields.end(), [](const ContentField& field) { return field.is_name; }))
    return std::string(content);
  std::string canonical;
  for (const auto& field : fields) {
    if (!canonical.empty()) canonical += ' ';
    canonical += field.is_name ? canonical_name(field.text) : std::string(field.text);
  }
  return canonical;
}

std::string content_with_priority(std::string_view type, std::string_view priority, std::string_view content) {
  if (type != "MX" && type != "SRV") return std::string(content);
  if (priority.empty()) return std::string(content);
  std::string whole = std::string(priority) + " " + std::string(content);
  if (content_problem(type, whole) && !content_problem(type, content)) return std::string(content);
  return whole;
}

bool has_two_priorities(std::string_view type, std::string_view priority, std::string_view content) {
  const bool has_one = (type == "MX" || type == "SRV") && !priority.empty();
  return has_one && content_with_priority(type, priority, content) == content;
}

std::pair<std::int64_t, std::string> split_priority(std::string_view type, std::string_view content) {
  if (type != "MX" && type != "SRV") return {0, std::string(content)};
  content.remove_prefix(std::min(content.size(), content.find_first_not_of(blanks)));
  std::int64_t priority = 0;
  const auto* const end = std::from_chars(content.data(), content.data() + content.size(), priority).ptr;
  content.remove_prefix(static_cast<std::size_t>(end - content.data()));
  content.remove_prefix(std::min(content.size(), content.find_first_not_of(blanks)));
  return {priority, std::string(content)};
}

}  // namespace mxbalance::db
