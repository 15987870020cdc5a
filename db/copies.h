// Copies of a store, made and put back while services read it and scripts write to it. No state: each call opens
// what it needs.
#pragma once

#include <string>

namespace SQLite {
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// Writes all that the store at `path` holds, as of one commit, to the new file `copy`: one file, without a log
/// beside it, readable by its owner only, for it may hold keys; or into what is no file there, and to standard
/// output for "-" (output_file.h). Throws StoreFailure when the store cannot be read or the copy not be written,
/// Refusal when there is a file at `copy` already, or a terminal. A copy that fails leaves nothing.
void back_up(const std::string& path, const std::string& copy);

/// As above, of a database that is open, whatever made it, to a new file. `path` is what errors call it.
void back_up(SQLite::Database& source, const std::string& path, const std::string& copy);

/// As above, to a file beside the database, which is named after what follows: mail.db.before-0005. Returns its
/// path. Throws StoreFailure where the disk has no room for the copy and for as much again.
std::string copy_beside(SQLite::Database& source, const std::string& path, const std::string& before);

/// Replaces all that the store at `path` holds by what `copy` holds, in one transaction: services see the one or
/// the other, at their next lookup; until when resolvers keep which servers is carried over just after. A store
/// that is missing or empty is made. Nothing is written before `copy` has proved to be an undamaged store with
/// exactly this binary's migrations: else Refusal, or StoreFailure where it cannot be read. A copy of what was
/// there is kept beside it. Refused, unless `force`, where zones, pools or servers would be taken away, or where
/// the copy's schema is not as migrations make it. Writers are waited for (10 s). Throws Refusal when what stands
/// at `path` is not an mxbalance store, StoreFailure when it is damaged, locked or cannot be written. Returns the
/// path of the copy of what was there; empty: nothing was.
std::string restore(const std::string& path, const std::string& copy, bool force = false);

}  // namespace mxbalance::db
