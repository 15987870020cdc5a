// The longest size of one reply, and the memory that it uses. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "db/base/memory_budget.h"

namespace mxbalance::remote {

/// Thrown when the reply is longer than PowerDNS reads over this transport. what() is a sentence.
class ReplyTooLong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ReplyRoom {
 public:
  static constexpr std::size_t no_limit = ~std::size_t{0};

  /// `memory` must outlive this object. The memory of the reply stays in it.
  ReplyRoom(db::MemoryShare& memory, std::size_t longest) : memory_(&memory), longest_(longest) {}

  /// Waits for some memory. Call it before a long reply is begun. Throws MemoryShortage.
  void prepare();

  /// Counts the memory of a growing reply. It does not wait, because other requests may wait for what this one
  /// holds. Throws MemoryShortage and ReplyTooLong.
  void check(const std::string& reply);

  /// Counts the memory of a reply that is short or must not fail.
  void count(const std::string& reply) { memory_->add_anyhow(reply.capacity()); }

 private:
  db::MemoryShare* memory_;
  std::size_t longest_;
  std::size_t counted_ = 0;
};

}  // namespace mxbalance::remote
