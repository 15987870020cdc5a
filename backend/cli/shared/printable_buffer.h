// Output for terminals: each line is made printable (db::printable). All texts of commands are written through it.
// Used by one thread at a time.
#pragma once

#include <iosfwd>
#include <streambuf>
#include <string>

namespace mxbalance::cli {

class PrintableBuffer final : public std::streambuf {
 public:
  /// Writes each complete line to `to`, which must outlive this object. An incomplete last line is written at
  /// destruction.
  explicit PrintableBuffer(std::ostream& to) : to_(to) {}
  PrintableBuffer(const PrintableBuffer&) = delete;
  PrintableBuffer& operator=(const PrintableBuffer&) = delete;
  ~PrintableBuffer() override;

 protected:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  void take(std::string_view text);
  void pass_on();

  std::ostream& to_;
  std::string line_;
};

}  // namespace mxbalance::cli
