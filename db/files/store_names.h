// The files that belong to a store, by their names. Stateless.
#pragma once

#include <string>

namespace mxbalance::db {

/// Throws Refusal where a command that writes `file` would write over the database at `database`, or over what
/// lies beside it: SQLite's log, index and journal, and the prober's lease. A name of another kind that leads to
/// one of them (a link, another path) is found, too.
void require_no_file_of_store(const std::string& file, const std::string& database);

}  // namespace mxbalance::db
