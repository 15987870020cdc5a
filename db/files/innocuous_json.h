// Some releases of SQLite (3.40 is one) let no schema that is not trusted call their JSON functions, which rules
// of the store need though they have no effects. Here they are again, as functions that any schema may call.
#pragma once

struct sqlite3;

namespace mxbalance::db {

/// json_valid(X), json_array_length(X) and json_extract(X, PATH) for the connection `handle`.
void add_innocuous_json(sqlite3* handle);

}  // namespace mxbalance::db
