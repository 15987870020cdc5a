// How long one reply may become, and the memory that it takes meanwhile. One thread at a time.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "db/base/memory_budget.h"

namespace mxbalance::remote {

/// The reply is longer than PowerDNS reads over this transport. what() is a sentence.
class ReplyTooLong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ReplyRoom {
 public:
  static constexpr std::size_t no_limit = ~std::size_t{0};

  /// `memory` must outlive it, and keeps what the reply has taken.
  ReplyRoom(db::MemoryShare& memory, std::size_t longest) : memory_(&memory), longest_(longest) {}

  /// Before a long reply is begun: waits for some memory. Throws MemoryShortage.
  void prepare();

  /// As a long reply grows, while others wait for what its maker holds: does not wait. Throws MemoryShortage and
  /// ReplyTooLong.
  void check(const std::string& reply);

  /// For a reply that is short, or must not fail.
  void count(const std::string& reply) { memory_->add_anyhow(reply.capacity()); }

 private:
  db::MemoryShare* memory_;
  std::size_t longest_;
  std::size_t counted_ = 0;
};

}  // namespace mxbalance::remote
