// Output that people see in a terminal: whatever is written, each of its lines is printable (db::printable). The
// one way out for what commands say. One thread at a time.
#pragma once

#include <iosfwd>
#include <streambuf>
#include <string>

namespace mxbalance::cli {

class PrintableBuffer final : public std::streambuf {
 public:
  /// Passes each line on to `to`, which must outlive it, once it is whole; the last one at the latest when it
  /// ends.
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
