// Bodies and lines that are read in pieces from a connection. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <string_view>

#include "backend/listen/byte_source.h"
#include "backend/sockets/stream.h"

namespace mxbalance::listen {

/// An HTTP body of a known length.
class BodyPieces final : public ByteSource {
 public:
  BodyPieces(SocketStream& stream, std::size_t length) : stream_(stream), left_(length) {}

  std::string_view next() override;

  [[nodiscard]] ReadOutcome outcome() const { return outcome_; }
  /// Whether the body was read completely, so that the next request can follow.
  [[nodiscard]] bool is_at_end() const { return left_ == 0; }

 private:
  SocketStream& stream_;
  std::size_t left_;
  ReadOutcome outcome_ = ReadOutcome::complete;
};

/// A line without its newline, of at most max_piecemeal bytes.
class LinePieces final : public ByteSource {
 public:
  explicit LinePieces(SocketStream& stream) : stream_(stream) {}

  std::string_view next() override;

 private:
  SocketStream& stream_;
  std::size_t read_ = 0;
  bool is_at_end_ = false;
};

}  // namespace mxbalance::listen
