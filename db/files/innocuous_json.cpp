#include "db/files/innocuous_json.h"

#include <array>
#include <memory>
#include <optional>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace mxbalance::db {

namespace {

struct JsonFunction {
  const char* name;
  int arguments;
  const char* sql;
};
constexpr std::array json_functions = {
    JsonFunction{"json_valid", 1, "SELECT json_valid(?1)"},
    JsonFunction{"json_array_length", 1, "SELECT json_array_length(?1)"},
    JsonFunction{"json_extract", 2, "SELECT json_extract(?1, ?2)"},
};

/// Calls SQLite's own function on a separate connection. The connection is opened at the first call, because most
/// connections never need it.
class JsonCall {
 public:
  explicit JsonCall(const JsonFunction& function) : function_(function) {}

  void answer(sqlite3_context* context, sqlite3_value** values) {
    if (!memory_) memory_.emplace(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
    if (statement_ == nullptr &&
        sqlite3_prepare_v2(memory_->getHandle(), function_.sql, -1, &statement_, nullptr) != SQLITE_OK)
      return fail(context);
    for (int i = 0; i < function_.arguments; ++i)
      sqlite3_bind_value(statement_, i + 1, values[i]);
    if (sqlite3_step(statement_) == SQLITE_ROW) {
      sqlite3_result_value(context, sqlite3_column_value(statement_, 0));
    } else {
      fail(context);
    }
    sqlite3_reset(statement_);
  }

  JsonCall(const JsonCall&) = delete;
  JsonCall& operator=(const JsonCall&) = delete;
  ~JsonCall() { sqlite3_finalize(statement_); }

 private:
  void fail(sqlite3_context* context) { sqlite3_result_error(context, sqlite3_errmsg(memory_->getHandle()), -1); }

  const JsonFunction& function_;
  std::optional<SQLite::Database> memory_;
  sqlite3_stmt* statement_ = nullptr;
};

void answer_json(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  try {
    static_cast<JsonCall*>(sqlite3_user_data(context))->answer(context, values);
  } catch (const SQLite::Exception& error) {
    sqlite3_result_error(context, error.what(), -1);
  }
}

void end_json(void* call) {
  const std::unique_ptr<JsonCall> owned(static_cast<JsonCall*>(call));
}

}  // namespace

void add_innocuous_json(sqlite3* handle) {
  for (const auto& function : json_functions) {
    auto call = std::make_unique<JsonCall>(function);
    sqlite3_create_function_v2(handle, function.name, function.arguments,
                               SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, call.release(), answer_json,
                               nullptr, nullptr, end_json);
  }
}

}  // namespace mxbalance::db
