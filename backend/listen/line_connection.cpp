#include "backend/listen/line_connection.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backend/listen/awaiting.h"
#include "backend/listen/pieces.h"

namespace mxbalance::listen {

namespace {

/// Logs why a line could not be read. The memory budget logs its shortage itself.
void report(ReadOutcome outcome, const CurrentLimits& limits, TroubleLog& troubles) {
  if (outcome == ReadOutcome::too_long) {
    troubles.report(
        Trouble::oversized_request,
        fmt::format("A line on the Unix socket is longer than the limit of {} bytes; the connection is closed.",
                    limits.max_body()));
  } else if (outcome == ReadOutcome::late) {
    troubles.report(Trouble::slow_request,
                    fmt::format("A line on the Unix socket did not end within {} ms; the connection is closed.",
                                limits.request_time().count()));
  }
}

/// Reads a line and returns the reply. Absent: the connection must be closed.
std::optional<std::string> reply_to_line(SocketStream& stream, Conversation& conversation,
                                         const CurrentLimits& limits, TroubleLog& troubles) {
  const std::size_t short_line = std::min(limits.max_body(), input_of_its_own / 2);
  auto [outcome, line] = stream.read_until("\n", short_line);
  if (outcome == ReadOutcome::too_long) {
    if (conversation.reads_in_pieces(stream.peek().bytes)) {
      LinePieces pieces(stream);
      return conversation.line_in_pieces(pieces);
    }
    const auto whole = stream.read_until("\n", limits.max_body());
    outcome = whole.outcome;
    line = whole.bytes;
  }
  if (outcome == ReadOutcome::complete) return conversation.line(line);
  report(outcome, limits, troubles);
  return std::nullopt;
}

}  // namespace

void serve_lines(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                 TroubleLog& troubles) {
  while (await_request(stream, conversation)) {
    auto reply = reply_to_line(stream, conversation, limits, troubles);
    if (!reply) return;
    if (!stream.send(*reply, "\n") || conversation.is_over()) return;
    reply.reset();
    conversation.reply_is_gone();
  }
}

}  // namespace mxbalance::listen
