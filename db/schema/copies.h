// Copies an open database before it is changed. Keeps no state.
#pragma once

#include <string>

namespace SQLite {
class Database;
}  // namespace SQLite

namespace mxbalance::db {

/// Writes everything that `source` holds, as of one commit, to the new file `copy`. The copy needs no log beside
/// it. Only its owner may read it, because it may hold keys. `path` is the name of the database in errors. Throws
/// StoreFailure when the database cannot be read or the copy cannot be written, Refusal when a file exists at
/// `copy` already. No file is left when the copy fails.
void back_up(SQLite::Database& source, const std::string& path, const std::string& copy);

/// Writes such a copy to a file beside the database. `before` is what will be done next and becomes part of the
/// file's name, such as mail.db.before-0002. Returns the path of the copy. Throws StoreFailure where the disk has
/// no room for the copy and for as much again.
std::string copy_beside(SQLite::Database& source, const std::string& path, const std::string& before);

}  // namespace mxbalance::db
