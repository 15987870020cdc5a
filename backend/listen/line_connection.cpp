#include "backend/listen/line_connection.h"

#include <string>

namespace mxbalance::listen {

namespace {

void report(ReadOutcome outcome, const CurrentLimits& limits, TroubleLog& troubles) {
  if (outcome == ReadOutcome::too_long) {
    troubles.report(Trouble::oversized_request, "A line on the Unix socket is longer than the limit of " +
                                                    std::to_string(limits.max_body()) +
                                                    " bytes; the connection is closed.");
  } else if (outcome == ReadOutcome::late) {
    troubles.report(Trouble::slow_request, "A line on the Unix socket did not end within " +
                                               std::to_string(limits.request_time().count()) +
                                               " ms; the connection is closed.");
  }
}

}  // namespace

void serve_lines(SocketStream& stream, Conversation& conversation, const CurrentLimits& limits,
                 TroubleLog& troubles) {
  while (await_request(stream, conversation)) {
    const auto [outcome, line] = stream.read_until("\n", limits.max_body());
    if (outcome != ReadOutcome::complete) {
      report(outcome, limits, troubles);
      return;
    }
    auto reply = conversation.line(line);
    if (!reply) return;
    reply->push_back('\n');
    if (!stream.send(*reply) || conversation.is_over()) return;
  }
}

}  // namespace mxbalance::listen
