// The bytes of one long request, as they come.
#pragma once

#include <stdexcept>
#include <string_view>

namespace mxbalance::listen {

/// The rest does not come. what() is a sentence.
class UnfinishedBytes : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// The next bytes, which hold until the next call; empty: there are no more. Throws UnfinishedBytes.
  virtual std::string_view next() = 0;
};

}  // namespace mxbalance::listen
