#include "backend/cli/shared/printable_buffer.h"

#include <ostream>
#include <string_view>

#include "db/base/text.h"

namespace mxbalance::cli {

PrintableBuffer::~PrintableBuffer() {
  pass_on();
}

PrintableBuffer::int_type PrintableBuffer::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
  const char one = traits_type::to_char_type(character);
  take({&one, 1});
  return to_.good() ? character : traits_type::eof();
}

std::streamsize PrintableBuffer::xsputn(const char* text, std::streamsize size) {
  take({text, static_cast<std::size_t>(size)});
  return to_.good() ? size : 0;
}

/// Does not write an incomplete line, because the bytes of a character may arrive one by one.
int PrintableBuffer::sync() {
  return to_.flush().good() ? 0 : -1;
}

void PrintableBuffer::take(std::string_view text) {
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    line_ += text.substr(0, end);
    pass_on();
    to_ << '\n';
    text.remove_prefix(end + 1);
  }
  line_ += text;
}

void PrintableBuffer::pass_on() {
  to_ << db::printable(line_);
  line_.clear();
}

}  // namespace mxbalance::cli
