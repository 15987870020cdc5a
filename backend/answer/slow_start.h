// Slow start: a server that has come up gets its weight back little by little. Pure; the time is an argument.
#pragma once

#include <cstdint>

#include "db/lookup/model.h"

namespace mxbalance::answer {

/// Since when the server has been live, in seconds since 1970: the later of its own health and of that address
/// which has been live for the longest. 0: for long.
std::int64_t live_since(const db::MailServer& server);

/// The weights of the pool's members as they are at `now` (seconds since 1970): over `slow_start` seconds they
/// rise linearly. While one rises, all weights of the pool are scaled by the same factor, so that small ones rise
/// as evenly; a weight that is not 0 does not become 0. A clock that was set back ends a slow start.
void start_slowly(db::Pool& pool, std::int64_t now);

/// Whether start_slowly() would change a pool at the name.
bool is_starting(const db::NameContents& contents, std::int64_t now);

/// Both pools at the name.
void start_slowly(db::NameContents& contents, std::int64_t now);

}  // namespace mxbalance::answer
