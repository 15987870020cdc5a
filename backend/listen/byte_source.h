// The bytes of one long request, read while they arrive.
#pragma once

#include <stdexcept>
#include <string_view>

namespace mxbalance::listen {

/// Thrown when the rest of the request does not arrive. what() is a sentence.
class UnfinishedBytes : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// The next bytes, valid until the next call. Empty: there are no more. Throws UnfinishedBytes.
  virtual std::string_view next() = 0;
};

}  // namespace mxbalance::listen
