// Copies of a database that is open, made before it is changed. No state.
#pragma once

#include <string>

namespace SQLite {
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// Writes all that `source` holds, as of one commit, to the new file `copy`: one file, without a log beside it,
/// readable by its owner only, for it may hold keys. `path` is what errors call the database. Throws StoreFailure
/// when it cannot be read or the copy not be written, Refusal when there is a file at `copy` already. A copy that
/// fails leaves nothing.
void back_up(SQLite::Database& source, const std::string& path, const std::string& copy);

/// As above, to a file beside the database, which is named after what follows: mail.db.before-0005. Returns its
/// path. Throws StoreFailure where the disk has no room for the copy and for as much again.
std::string copy_beside(SQLite::Database& source, const std::string& path, const std::string& before);

}  // namespace mxbalance::db
