#include "backend/protocol/reply_room.h"

#include <fmt/format.h>

namespace mxbalance::remote {

namespace {

constexpr std::size_t first_piece = std::size_t{256} << 10U;

/// Bytes that are added after the last row of a reply.
constexpr std::size_t closing = 2;

}  // namespace

void ReplyRoom::prepare() {
  memory_->add(first_piece);
  counted_ = first_piece;
}

void ReplyRoom::check(const std::string& reply) {
  if (reply.size() > longest_ - closing) {
    throw ReplyTooLong(
        fmt::format("the reply is longer than the {} bytes that PowerDNS reads over HTTP; use mxbalance "
                    "zone list, zone records ZONE or pool show POOL instead",
                    longest_));
  }
  if (reply.capacity() <= counted_) return;
  memory_->add_at_once(reply.capacity() - counted_);
  counted_ = reply.capacity();
}

}  // namespace mxbalance::remote
