#include "backend/listen/pieces.h"

#include "backend/listen/http_framing.h"
#include "backend/sockets/limits.h"

namespace mxbalance::listen {

namespace {

void require_complete(ReadOutcome outcome) {
  if (outcome == ReadOutcome::complete) return;
  throw UnfinishedBytes(unfinished_request(outcome, 413, max_piecemeal).sentence);
}

}  // namespace

std::string_view BodyPieces::next() {
  if (left_ == 0) return {};
  const auto piece = stream_.peek();
  outcome_ = piece.outcome;
  require_complete(outcome_);
  const auto bytes = piece.bytes.substr(0, left_);
  stream_.skip(bytes.size());
  left_ -= bytes.size();
  return bytes;
}

std::string_view LinePieces::next() {
  if (is_at_end_) return {};
  const auto piece = stream_.peek();
  require_complete(piece.outcome);
  const auto bytes = piece.bytes.substr(0, piece.bytes.find('\n'));
  is_at_end_ = bytes.size() < piece.bytes.size();
  stream_.skip(bytes.size() + (is_at_end_ ? 1 : 0));
  read_ += bytes.size();
  if (read_ > max_piecemeal) require_complete(ReadOutcome::too_long);
  return bytes;
}

}  // namespace mxbalance::listen
