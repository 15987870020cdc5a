// Reads a record's content from its beginning to its end, as PowerDNS does. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/contents/powerdns_versions.h"

namespace mxbalance::db {

/// No release can read the content. what() says what is wrong, as a sentence.
class InvalidContent : public Refusal {
 public:
  using Refusal::Refusal;
};

/// The content ends where a field should begin.
class MissingField : public InvalidContent {
 public:
  using InvalidContent::InvalidContent;
};

/// A field, as a part of the content.
struct ContentField {
  std::string_view text;
  bool is_name = false;
};

class ContentReader {
 public:
  /// Reads `content` without the blanks around it. `content` must outlive the reader.
  explicit ContentReader(std::string_view content);

  bool at_end() const { return at_ == text_.size(); }
  /// The content with the blanks around it.
  std::string_view whole() const { return whole_; }
  /// What is left to read.
  std::string_view rest() const { return text_.substr(at_); }
  /// Takes the next `octets` octets and returns them.
  std::string_view take(std::size_t octets);
  /// Takes the text up to the next blank.
  std::string_view take_word();
  /// The text up to the next blank, in quotes for a sentence.
  std::string quoted_word() const;

  /// Moves to the next field. Throws MissingField at the end.
  void start_field();
  /// Adds a field that was read to fields().
  void add_field(std::string_view text, bool is_name);
  const std::vector<ContentField>& fields() const { return fields_; }
  /// Makes add_field() keep the fields. Otherwise fields() stays empty.
  void collect_fields() { collects_ = true; }

  /// The numbers that were read, in order. Some later fields depend on them.
  const std::vector<std::uint32_t>& numbers() const { return numbers_; }
  void add_number(std::uint32_t number) { numbers_.push_back(number); }

  /// Counts the octets of the content in a message. The few octets of numbers and names need not be counted.
  void add_octets(std::size_t octets) { octets_ += octets; }
  std::size_t octets() const { return octets_; }

  /// Notes that only `versions` can read the content from here on. `problem` says why the others cannot. Throws
  /// InvalidContent with `problem` when no release is left.
  void only(PowerDnsVersions versions, const std::string& problem);
  PowerDnsVersions readers() const { return readers_; }
  /// Why some releases are not among readers(). Empty when all are.
  const std::string& problem() const { return problem_; }

 private:
  std::string_view whole_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool collects_ = false;
  std::vector<ContentField> fields_;
  std::vector<std::uint32_t> numbers_;
  std::size_t octets_ = 0;
  PowerDnsVersions readers_ = PowerDnsVersions::all();
  std::string problem_;
};

}  // namespace mxbalance::db
