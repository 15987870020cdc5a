// Copies whole databases, page by page, as of one commit. Keeps no state.
#pragma once

#include <string>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>

#include "db/base/output_file.h"

namespace mxbalance::db {

/// Locks the target until `pages` is destroyed, so that no other program commits to it. Waits up to 10 s for other
/// writers, then throws StoreFailure. `path` is the name of the target in errors.
void lock_target(SQLite::Backup& pages, const std::string& path);

/// Copies all pages in one step, from one commit of the source, in one transaction of the target. Waits up to 10 s
/// for locks, then throws StoreFailure. `path` is the name of the target in errors.
void copy_pages(SQLite::Backup& pages, const std::string& path);

/// Writes everything that `source` holds to `file`. The copy needs no log beside it. Throws SQLite::Exception.
void write_copy(SQLite::Database& source, const PartialFile& file);

}  // namespace mxbalance::db
