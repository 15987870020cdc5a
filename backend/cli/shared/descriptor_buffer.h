// A stream buffer for a file descriptor that keeps the reason of a failed write; std::cout does not. Used by one
// thread at a time.
#pragma once

#include <array>
#include <streambuf>

namespace mxbalance::cli {

class DescriptorBuffer final : public std::streambuf {
 public:
  /// Writes to `descriptor`, which must stay open.
  explicit DescriptorBuffer(int descriptor);

  /// errno of the first failed write; 0: no write has failed.
  [[nodiscard]] int error() const { return error_; }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  bool write_out();

  const int descriptor_;
  int error_ = 0;
  std::array<char, 1U << 16U> buffer_{};
};

}  // namespace mxbalance::cli
