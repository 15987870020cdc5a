// Putting a copy back into a store while services read it and scripts write to it. No state.
#pragma once

#include <string>

namespace mxbalance::db {

/// Replaces all that the store at `path` holds by what `copy` holds, in one transaction: services see the one or
/// the other, at their next lookup; until when resolvers keep which servers is carried over just after. A store
/// that is missing or empty is made. Nothing is written before `copy` has proved to be an undamaged store with
/// exactly this binary's migrations: else Refusal, or StoreFailure where it cannot be read. A copy of what was
/// there is kept beside it. Refused, unless `force`, where zones, pools, servers or published names would be taken
/// away, or where the copy's schema is not as migrations make it. Writers are waited for (10 s). Throws Refusal
/// when what stands at `path` is not an mxbalance store, StoreFailure when it is damaged, locked or cannot be
/// written. Returns the path of the copy of what was there; empty: nothing was.
std::string restore(const std::string& path, const std::string& copy, bool force = false);

}  // namespace mxbalance::db
