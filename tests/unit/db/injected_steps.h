// A step of a test in the middle of what the product does, so that a race has the same order each time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include "db/database.h"

namespace mxbalance::db {

/// At the next statement with certain words in it, before anything is read by it; once. It must outlive the
/// database.
class StepAtStatement {
 public:
  StepAtStatement(std::string words, std::function<void()> step)
      : words_(std::move(words)), step_(std::move(step)) {}
  StepAtStatement(const StepAtStatement&) = delete;
  StepAtStatement& operator=(const StepAtStatement&) = delete;

  /// Waits for the statement on the connection that the next read will take. Nothing else may read meanwhile.
  void wait_in(Database& database) {
    database.read([this](Connection& connection) {
      sqlite3_trace_v2(connection.database().getHandle(), SQLITE_TRACE_STMT, &StepAtStatement::begins, this);
    });
  }

  bool is_taken() const { return !step_; }

 private:
  static int begins(unsigned /*event*/, void* self, void* statement, void* /*text*/) {
    auto& waiting = *static_cast<StepAtStatement*>(self);
    const std::string_view sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (sql.find(waiting.words_) == std::string_view::npos) return 0;
    if (const auto step = std::exchange(waiting.step_, nullptr)) step();
    return 0;
  }

  const std::string words_;
  std::function<void()> step_;
};

/// When this thread opens the next database: its file is open, its log is not, and nothing is read yet; once. One
/// at a time.
class StepAtOpening {
 public:
  explicit StepAtOpening(std::function<void()> step) {
    waiting() = std::move(step);
    sqlite3_auto_extension(entry());
  }
  ~StepAtOpening() {
    sqlite3_cancel_auto_extension(entry());
    waiting() = nullptr;
  }
  StepAtOpening(const StepAtOpening&) = delete;
  StepAtOpening& operator=(const StepAtOpening&) = delete;

  static bool is_taken() { return !waiting(); }

 private:
  using Entry = void (*)();

  static Entry entry() { return reinterpret_cast<Entry>(&StepAtOpening::opened); }

  static int opened(sqlite3* /*database*/, const char** /*error*/, const void* /*routines*/) {
    if (const auto step = std::exchange(waiting(), nullptr)) step();
    return SQLITE_OK;
  }

  static std::function<void()>& waiting() {
    thread_local std::function<void()> step;
    return step;
  }
};

}  // namespace mxbalance::db
