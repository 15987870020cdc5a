// Copies of whole databases, page by page, as of one commit. No state.
#pragma once

#include <string>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>

#include "db/base/output_file.h"

namespace mxbalance::db {

/// Nobody else commits to the target from here on, until the end of `pages`. Others that write are waited for (10
/// s); throws StoreFailure then. `path` is what errors call the target.
void lock_target(SQLite::Backup& pages, const std::string& path);

/// All pages in one step: one commit of the source, one transaction in the target. Waits and throws as above.
void copy_pages(SQLite::Backup& pages, const std::string& path);

/// All that `source` holds, to a file that is one file, without a log beside it. Throws SQLite::Exception.
void write_copy(SQLite::Database& source, const PartialFile& file);

}  // namespace mxbalance::db
