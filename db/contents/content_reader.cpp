#include "db/contents/content_reader.h"

#include <algorithm>

namespace mxbalance::db {

ContentReader::ContentReader(std::string_view content) : whole_(content), text_(trimmed(content)) {}

std::string_view ContentReader::take(std::size_t octets) {
  const auto taken = text_.substr(at_, octets);
  at_ += taken.size();
  return taken;
}

std::string_view ContentReader::take_word() {
  return take(std::min(rest().size(), rest().find_first_of(blanks)));
}

std::string ContentReader::quoted_word() const {
  return quoted(rest().substr(0, rest().find_first_of(blanks)));
}

void ContentReader::start_field() {
  while (!at_end() && is_blank(text_[at_]))
    ++at_;
  if (at_end()) throw MissingField("a field is missing");
}

void ContentReader::add_field(std::string_view text, bool is_name) {
  if (collects_) fields_.push_back({text, is_name});
}

void ContentReader::only(PowerDnsVersions versions, const std::string& problem) {
  if (versions.includes(readers_)) return;
  readers_ = readers_ & versions;
  problem_ = problem;
  if (readers_.empty()) throw InvalidContent(problem);
}

}  // namespace mxbalance::db
