// Restores a store from a copy while services read it and scripts write to it. Keeps no state.
#pragma once

#include <string>

namespace mxbalance::db {

/// Replaces everything that the store at `path` holds with the content of `copy`, in one transaction: each lookup
/// of a service sees either the old content or the new one. Right after that, it carries over the times until
/// which resolvers may cache answers with each server. Creates the store when it is missing or empty. Writes
/// nothing before `copy` has proved to be an undamaged store with exactly the migrations of this binary. Otherwise
/// throws Refusal, or StoreFailure when `copy` cannot be read. Keeps a copy of the old content beside the store.
/// Unless `force` is set, refuses when zones, pools, servers or published names would be lost, or when the schema
/// of `copy` is not as migrations make it. Waits up to 10 s for writers. Throws Refusal when the file at `path` is
/// not an mxbalance store, StoreFailure when it is damaged, locked or cannot be written. Returns the path of the
/// copy of the old content; empty when there was no old content.
std::string restore(const std::string& path, const std::string& copy, bool force = false);

}  // namespace mxbalance::db
