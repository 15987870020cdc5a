// Slow start: the weight of a server that has come up rises gradually. Pure; the time is an argument.
#pragma once

#include <cstdint>

#include "db/lookup/model.h"

namespace mxbalance::answer {

/// Since when the server has been live, in seconds since 1970. This is the later of two times: when its own health
/// became up, and when the first of its live addresses became live. 0: it has been live for long.
std::int64_t live_since(const db::MailServer& server);

/// Sets the weights of the pool's members at `now` (seconds since 1970). A weight rises linearly during
/// `slow_start` seconds. While one rises, all weights of the pool are multiplied by the same factor, so that small
/// weights rise as smoothly. A weight above 0 stays above 0. A clock that is set back ends a slow start.
void start_slowly(db::Pool& pool, std::int64_t now);

/// Whether start_slowly() would change a pool of the name.
bool is_starting(const db::NameContents& contents, std::int64_t now);

/// Sets the weights of both pools of the name.
void start_slowly(db::NameContents& contents, std::int64_t now);

}  // namespace mxbalance::answer
