// Some releases of SQLite (such as 3.40) do not let an untrusted schema call their JSON functions. The rules of
// the store need these functions, and they have no side effects. They are added here as functions that any schema
// may call.
#pragma once

struct sqlite3;

namespace mxbalance::db {

/// Adds json_valid(X), json_array_length(X) and json_extract(X, PATH) to the connection `handle`.
void add_innocuous_json(sqlite3* handle);

}  // namespace mxbalance::db
